// Starts ReDoc, in the reader's own fonts.
const font = 'system-ui, sans-serif';
window.Redoc.init(
  '/api/schema/',
  { theme: { typography: { fontFamily: font, headings: { fontFamily: font } } } },
  document.getElementById('redoc'),
);
