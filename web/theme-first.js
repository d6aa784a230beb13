// Sets the theme before anything is painted: the one that was chosen, or the system's. theme.js changes it later.
(function setTheme() {
  let chosen = null;
  try {
    chosen = localStorage.getItem('auricle.theme');
  } catch {
    // Without storage the system's theme holds.
  }
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  document.documentElement.dataset.theme = chosen === 'light' || chosen === 'dark' ? chosen : system;
})();
