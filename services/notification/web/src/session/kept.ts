// Whether this browser keeps a session. The refresh token itself is in a cookie
// that no script can read (HttpOnly) and no other site's page can use (SameSite,
// and the server looks at who asks); this mark only saves asking when there is
// nothing to ask for, and tells the tabs apart from a signed-out browser.

const KEY = 'docket.session';
/** Where the token itself was until the cookie took its place. */
const FORMER_KEY = 'docket.refresh';

localStorage.removeItem(FORMER_KEY);

export const isKept = (): boolean => localStorage.getItem(KEY) !== null;

export const markKept = (): void => localStorage.setItem(KEY, 'kept');

export const markGone = (): void => localStorage.removeItem(KEY);
