// The screens about myself, in the order of their tabs.

export const tabs = [
  { path: '/profile', label: 'Profile' },
  { path: '/preferences', label: 'Preferences' },
  { path: '/security', label: 'Security' },
  { path: '/connections', label: 'Connections' },
];
