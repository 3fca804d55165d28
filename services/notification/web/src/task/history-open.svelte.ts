// Whether the history is unfolded: it stays so from one task to the next.

export const historyOpen = $state({ yes: false });
