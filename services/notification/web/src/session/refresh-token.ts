// Where the refresh token lives: localStorage, shared by the tabs of a browser.
//
// The trade-off: a script injected into this origin could read it, and so could
// whoever copies the browser profile. Against the first stands the policy this
// page is served with (`default-src 'self'`, nothing inline); against both, the
// token is single-use and the reuse of a spent one ends the session.
// sessionStorage would not be safer against either, and a duplicated tab would
// copy the single-use token: the two copies would look like a theft.

const KEY = 'docket.refresh';

export const readRefresh = (): string | null => localStorage.getItem(KEY);

export const keepRefresh = (token: string): void => localStorage.setItem(KEY, token);

export const dropRefresh = (): void => localStorage.removeItem(KEY);
