// Owns one thing: the chosen theme is on the page before anything is painted. What changes it is theme.js.
try {
  const chosen = localStorage.getItem('auricle.theme');
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
} catch {
  // Without storage the system's theme holds.
}
