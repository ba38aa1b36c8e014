/** The self-service page. */
const root = document.querySelector('main')
if (root) root.textContent = 'cost-guard'
