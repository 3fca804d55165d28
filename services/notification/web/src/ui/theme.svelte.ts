// Light, dark, or as the system says; remembered by this browser.

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'docket.theme';

class ThemeChoice {
  chosen = $state<Theme>((localStorage.getItem(KEY) as Theme | null) ?? 'system');

  constructor() {
    this.#apply();
  }

  choose(theme: Theme): void {
    this.chosen = theme;
    if (theme === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
    this.#apply();
  }

  #apply(): void {
    if (this.chosen === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = this.chosen;
  }
}

export const theme = new ThemeChoice();
