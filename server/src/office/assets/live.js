// Fetches the page again when the server says that something changed, and puts its live parts in place.
(() => {
  "use strict";
  const parts = () => document.querySelectorAll("[data-live]");
  if (!parts().length || !window.EventSource) return;
  let busy = false, again = false;
  async function refresh() {
    if (busy) { again = true; return; }
    busy = true;
    try {
      const filter = document.querySelector("form[data-filter]");
      const how = {};
      if (filter && document.body.dataset.posted) {
        how.method = "POST";
        how.body = new URLSearchParams(new FormData(filter));
        how.body.set("page", filter.dataset.page);
      }
      const answer = await fetch(document.body.dataset.liveFrom || location.href, how);
      if (answer.ok && !answer.redirected) {
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const part of parts()) {
          const next = fresh.getElementById(part.id);
          // Nothing is taken away from under somebody's hands.
          const used = part.querySelector("details[open]") || part.contains(document.activeElement);
          if (next && !used && next.innerHTML !== part.innerHTML) part.replaceWith(next);
        }
      }
    } catch { /* The next change is another chance. */ }
    // A busy round changes many times a second; a reader doesn't.
    await new Promise((done) => setTimeout(done, 700));
    busy = false;
    if (again) { again = false; refresh(); }
  }
  const events = new EventSource("/office/events");
  events.addEventListener("change", refresh);
  addEventListener("pagehide", () => events.close());
})();
