/// What a ``ReviewPage`` does. Texts of pictures reach the page as text nodes and attribute values alone, never as markup.
enum ReviewScript {
    static let text = state + list + stage + actions

    /// Pictures, decisions, and what of them is kept.
    private static let state = #"""

        "use strict";
        (() => {
        const $ = id => document.getElementById(id);
        const data = JSON.parse($("data").textContent);
        const items = data.items.map(([id, name, lane, category, priority, uncertainty, reasons, original, cutout, doubt, seen], rank) =>
          ({ id, name: name || id, lane, category, priority, uncertainty, reasons, original, cutout, doubt, seen, rank }));
        const byID = new Map(items.map(item => [item.id, item]));

        // Characters that are not seen, or that turn the order of others around, are shown as what they are.
        const shown = text => text
          .replace(/[\u0000-\u001f]/g, c => String.fromCharCode(0x2400 + c.charCodeAt(0)))
          .replace(/[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
            c => "\u27e8U+" + c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0") + "\u27e9");
        const title = shown(data.title);
        document.title = title;
        document.querySelector("h1 bdi").textContent = title;
        document.querySelector("h1").title = title;

        const element = (tag, className, text) => {
          const made = document.createElement(tag);
          if (className) made.className = className;
          if (text !== undefined) made.textContent = text;
          return made;
        };
        const preview = name => "previews/" + name;

        // id -> { action: "accept" | "reject" | null, note }
        let decisions = new Map();
        let history = [];
        let current = null;
        let view = items;
        let unsaved = false;

        const actionOf = item => decisions.get(item.id)?.action ?? null;
        const noteOf = item => decisions.get(item.id)?.note ?? "";

        // MARK: kept in the browser

        // Pages of one name lie in many folders; what was decided on each counts for what it showed.
        const key = `matting-review:${location.pathname}:${data.batch}`;
        let keeps = true;
        let keeping = 0;
        const notice = text => { $("notice").textContent = text; $("notice").hidden = !text; };
        const keepNow = () => {
          clearTimeout(keeping);
          keeping = 0;
          if (!keeps) return;
          const kept = {};
          for (const [id, { action, note }] of decisions) kept[" " + id] = [action, note, byID.get(id).seen];
          try {
            localStorage.setItem(key, JSON.stringify({ version: 1, current: current?.id, unsaved, decisions: kept }));
          } catch {
            keeps = false;
            notice("This browser does not keep the decisions: save them before you close the page.");
          }
        };
        const keep = () => { if (!keeping) keeping = setTimeout(keepNow, 120); };
        const recall = () => {
          let text = null;
          try { text = localStorage.getItem(key); } catch { keeps = false; }
          if (!keeps) notice("This browser does not keep the decisions: save them before you close the page.");
          if (!text) return null;
          try {
            const kept = JSON.parse(text);
            decisions = new Map();
            let changed = 0;
            for (const [id, [action, note, seen]] of Object.entries(kept.decisions)) {
              const item = byID.get(id.slice(1));
              if (!item || !(action === "accept" || action === "reject" || action === null)) continue;
              if ((seen ?? "") !== item.seen) { if (action) changed++; continue; }
              if (action || note) decisions.set(item.id, { action, note: String(note) });
            }
            if (changed) notice(`${changed} of the decided pictures have changed since, and are open again.`);
            unsaved = Boolean(kept.unsaved);
            return kept.current;
          } catch {
            notice("What this browser kept of the decisions cannot be read; load the file that was saved last.");
            return null;
          }
        };
        addEventListener("pagehide", () => { if (keeping) keepNow(); });
        addEventListener("beforeunload", event => { if (!keeps && unsaved) event.preventDefault(); });
        addEventListener("storage", event => {
          if (event.key !== key || !event.newValue) return;
          recall();
          history = [];
          notice("Decisions were changed in another window of this page, and are taken from there.");
          refilter();
          renderItem();
        });

        // MARK: theme

        const system = matchMedia("(prefers-color-scheme: dark)");
        let theme = "auto";
        try { theme = localStorage.getItem("matting-review-theme") ?? "auto"; } catch { /* as the system says */ }
        const applyTheme = () => {
          const dark = theme === "dark" || (theme !== "light" && system.matches);
          document.documentElement.dataset.theme = dark ? "dark" : "light";
          $("theme").textContent = "Theme: " + (["light", "dark"].includes(theme) ? theme : "auto");
        };
        system.addEventListener("change", applyTheme);
        $("theme").addEventListener("click", () => {
          theme = theme === "auto" ? "light" : theme === "light" ? "dark" : "auto";
          try { localStorage.setItem("matting-review-theme", theme); } catch { /* for this time only */ }
          applyTheme();
        });
        applyTheme();

        """#

    /// The pictures at the side: only those rows exist that can be seen.
    private static let list = #"""

        // MARK: filter

        const counted = (values, all) => {
          const counts = new Map();
          for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
          const options = [new Option(`all (${all})`, "")];
          const sorted = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
          for (const [value, count] of sorted.slice(0, 300)) options.push(new Option(`${shown(value)} (${count})`, "=" + value));
          return options;
        };
        $("lane").append(...counted(items.map(item => item.lane), items.length));
        $("reason").append(...counted(items.flatMap(item => [...new Set(item.reasons)]), items.length));

        const percent = value => (value * 100).toFixed(value < 0.1 && value > 0 ? 1 : 0) + " %";
        const refilter = () => {
          const lane = $("lane").value, reason = $("reason").value, state = $("state").value;
          const words = $("search").value.toLowerCase();
          view = items.filter(item =>
            (!lane || "=" + item.lane === lane) && (!reason || item.reasons.includes(reason.slice(1))) &&
            (!state || (actionOf(item) ?? "open") === state) &&
            (!words || item.name.toLowerCase().includes(words) || item.id.toLowerCase().includes(words)));
          if ($("order").value === "uncertainty") {
            view.sort((a, b) => b.uncertainty - a.uncertainty || a.rank - b.rank);
          } else if ($("order").value === "name") {
            const order = new Intl.Collator(undefined, { numeric: true });
            view.sort((a, b) => order.compare(a.name, b.name) || a.rank - b.rank);
          }
          $("shown").textContent = `${view.length} of ${items.length}`;
          $("none").hidden = view.length > 0;
          $("rows").style.height = view.length * rowHeight + "px";
          for (const row of rows.values()) row.remove();
          rows.clear();
          renderList();
        };
        for (const id of ["lane", "reason", "state", "order"]) {
          $(id).addEventListener("change", () => {
            refilter();
            if (view.length && !view.includes(current)) select(view[0]); else reveal();
          });
        }
        $("search").addEventListener("input", refilter);

        // MARK: rows

        const rowHeight = 68;
        const rows = new Map();
        const list = $("list");
        const makeRow = (item, place) => {
          const row = element("div", "item");
          row.id = "row-" + item.rank;
          row.setAttribute("role", "option");
          row.setAttribute("aria-setsize", view.length);
          row.setAttribute("aria-posinset", place + 1);
          row.style.top = place * rowHeight + "px";
          const image = element("img", "checker");
          image.alt = "";
          image.decoding = "async";
          image.loading = "lazy";
          image.src = preview(item.cutout);
          const text = element("div");
          text.style.minWidth = "0";
          const name = element("div", "title");
          name.append(element("bdi", "", shown(item.name)));
          const facts = [percent(item.uncertainty), item.lane, item.category, item.priority ? "↑" + item.priority : ""];
          text.append(name, element("div", "facts", facts.filter(Boolean).map(shown).join(" · ")));
          row.title = `${shown(item.name)}\nlane ${shown(item.lane)}, uncertainty ${percent(item.uncertainty)}, ` +
            `priority ${item.priority}`;
          row.append(image, text, element("span", "mark"));
          row.addEventListener("click", () => select(item));
          return row;
        };
        const renderList = () => {
          const first = Math.max(Math.floor(list.scrollTop / rowHeight) - 4, 0);
          const last = Math.min(Math.ceil((list.scrollTop + list.clientHeight) / rowHeight) + 4, view.length);
          for (const [place, row] of rows) {
            if (place < first || place >= last) { row.remove(); rows.delete(place); }
          }
          for (let place = first; place < last; place++) {
            const item = view[place];
            let row = rows.get(place);
            if (!row) {
              row = makeRow(item, place);
              rows.set(place, row);
              $("rows").append(row);
            }
            const action = actionOf(item);
            row.setAttribute("aria-selected", item === current);
            const mark = row.lastChild;
            mark.className = action ? "mark " + action : "mark";
            mark.textContent = action === "accept" ? "✓" : action === "reject" ? "✕" : "";
            row.setAttribute("aria-label", shown(item.name) + ", " + item.lane + ", uncertainty " +
              percent(item.uncertainty) + ", " + (action ? action + "ed" : "open"));
          }
          if (current && view.includes(current)) list.setAttribute("aria-activedescendant", "row-" + current.rank);
          else list.removeAttribute("aria-activedescendant");
        };
        let waiting = false;
        const renderSoon = () => {
          if (waiting) return;
          waiting = true;
          requestAnimationFrame(() => { waiting = false; renderList(); });
        };
        list.addEventListener("scroll", renderSoon, { passive: true });
        new ResizeObserver(renderSoon).observe(list);

        /// Brings the current row into sight.
        const reveal = () => {
          const place = view.indexOf(current);
          if (place >= 0) {
            const top = place * rowHeight;
            if (top < list.scrollTop) list.scrollTop = top;
            else if (top + rowHeight > list.scrollTop + list.clientHeight) {
              list.scrollTop = top + rowHeight - list.clientHeight;
            }
          }
          renderList();
        };
        list.addEventListener("keydown", event => {
          const page = Math.max(Math.floor(list.clientHeight / rowHeight), 1);
          const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -view.length, End: view.length };
          const step = steps[event.key];
          if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
          event.preventDefault();
          event.stopPropagation();
          move(step);
        });

        """#
}
