// Starts Swagger UI. Without a validatorUrl of null it would send the document to a host outside.
window.SwaggerUIBundle({
  url: '/api/schema/',
  dom_id: '#swagger-ui',
  validatorUrl: null,
  deepLinking: true,
  persistAuthorization: false,
  tryItOutEnabled: true,
  syntaxHighlight: { activated: true },
});
