extension ReviewScript {
    /// The picture that is looked at: before and after, backgrounds, doubt, zoom.
    static let stage = #"""

        // MARK: the picture

        const stage = $("stage"), frame = $("frame"), handle = $("handle");
        let split = 0.5;
        let isNear = false;
        let doubtShown = false;
        const size = { width: 0, height: 0 };

        const chip = (text, className) => {
          const made = element("span", className ? "chip " + className : "chip");
          made.append(element("bdi", "", shown(text)));
          made.title = shown(text);
          return made;
        };
        const renderItem = () => {
          const item = current;
          document.querySelector("main").hidden = !item;
          renderCounts();
          if (!item) return;
          const name = element("bdi", "", shown(item.name));
          $("name").replaceChildren(name);
          $("name").title = shown(item.name);
          const action = actionOf(item);
          const chips = [chip("lane " + item.lane)];
          if (action) chips.unshift(chip(action === "accept" ? "✓ accepted" : "✕ rejected", action));
          if (item.category) chips.push(chip(item.category));
          chips.push(chip("priority " + item.priority), chip("uncertainty " + percent(item.uncertainty)));
          $("chips").replaceChildren(...chips);
          $("reasons").replaceChildren(...item.reasons.map(reason => element("li", "", shown(reason))));
          $("reasons").hidden = item.reasons.length === 0;
          if (document.activeElement !== $("note")) $("note").value = noteOf(item);
          $("accept").setAttribute("aria-pressed", action === "accept");
          $("reject").setAttribute("aria-pressed", action === "reject");
          $("map").disabled = !item.doubt;
          showPreviews(item);
        };

        let showing = null;
        const showPreviews = item => {
          applyDoubt();
          if (showing === item) return;
          showing = item;
          frame.style.visibility = "hidden";
          $("failed").hidden = true;
          $("original").alt = "Original of " + shown(item.name);
          $("cutout").alt = "Cut-out of " + shown(item.name);
          $("original").src = preview(item.original);
          $("cutout").src = preview(item.cutout);
          if (item.doubt) $("doubt").src = preview(item.doubt); else $("doubt").removeAttribute("src");
        };
        $("original").addEventListener("load", () => {
          size.width = $("original").naturalWidth;
          size.height = $("original").naturalHeight;
          layout(true);
          frame.style.visibility = "visible";
          document.documentElement.dataset.shown = current ? current.rank : "";
          // Those that come next are there when they are wanted.
          const place = view.indexOf(current);
          if (place < 0) return;
          for (const item of view.slice(place + 1, place + 3)) {
            new Image().src = preview(item.original);
            new Image().src = preview(item.cutout);
          }
        });
        for (const id of ["original", "cutout"]) {
          $(id).addEventListener("error", () => {
            $("failed").hidden = false;
            document.documentElement.dataset.shown = "failed";
          });
        }

        const layout = centers => {
          if (!size.width) return;
          const fit = Math.min(stage.clientWidth / size.width, stage.clientHeight / size.height, 1);
          const scale = isNear ? 2 : fit;
          const center = {
            x: (stage.scrollLeft + stage.clientWidth / 2 - frame.offsetLeft) / (frame.offsetWidth || 1),
            y: (stage.scrollTop + stage.clientHeight / 2 - frame.offsetTop) / (frame.offsetHeight || 1),
          };
          if (centers) center.x = center.y = 0.5;
          frame.style.width = Math.max(size.width * scale, 1) + "px";
          frame.style.height = Math.max(size.height * scale, 1) + "px";
          frame.classList.toggle("near", isNear);
          stage.scrollLeft = center.x * frame.offsetWidth - stage.clientWidth / 2;
          stage.scrollTop = center.y * frame.offsetHeight - stage.clientHeight / 2;
        };
        new ResizeObserver(() => layout(false)).observe(stage);

        const setSplit = value => {
          split = Math.min(Math.max(value, 0), 1);
          $("over").style.clipPath = `inset(0 0 0 ${split * 100}%)`;
          handle.style.left = split * 100 + "%";
          const share = Math.round(split * 100);
          handle.setAttribute("aria-valuenow", share);
          handle.setAttribute("aria-valuetext", `${share} % original, ${100 - share} % cut-out`);
          $("corner-left").hidden = split < 0.03;
          $("corner-right").hidden = split > 0.97;
        };
        setSplit(split);
        const flip = () => setSplit(split > 0.5 ? 0 : 1);
        $("flip").addEventListener("click", flip);

        const zoom = (isNearer, at) => {
          isNear = isNearer;
          $("zoom").setAttribute("aria-pressed", isNear);
          layout(false);
          if (isNear && at) {
            stage.scrollLeft = at.x * frame.offsetWidth - stage.clientWidth / 2;
            stage.scrollTop = at.y * frame.offsetHeight - stage.clientHeight / 2;
          }
        };
        $("zoom").addEventListener("click", () => zoom(!isNear));
        frame.addEventListener("dblclick", event => {
          const box = frame.getBoundingClientRect();
          zoom(!isNear, { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height });
        });

        const applyDoubt = () => {
          const isShown = doubtShown && Boolean(current?.doubt);
          $("doubt").hidden = !isShown;
          $("map").setAttribute("aria-pressed", isShown);
        };
        const toggleDoubt = () => { doubtShown = !doubtShown; applyDoubt(); };
        $("map").addEventListener("click", toggleDoubt);

        const grounds = [...$("grounds").children];
        const setGround = index => {
          grounds.forEach((button, place) => {
            button.setAttribute("aria-checked", place === index);
            button.tabIndex = place === index ? 0 : -1;
          });
          $("ground").className = "ground " + grounds[index].dataset.ground;
          $("ground").dataset.index = index;
        };
        grounds.forEach((button, index) => button.addEventListener("click", () => setGround(index)));
        $("grounds").addEventListener("keydown", event => {
          const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
          if (!step) return;
          event.preventDefault();
          event.stopPropagation();
          const index = (Number($("ground").dataset.index) + step + grounds.length) % grounds.length;
          setGround(index);
          grounds[index].focus();
        });
        setGround(0);

        // The slider follows the pointer; what is enlarged is moved instead, but by the handle.
        frame.addEventListener("pointerdown", event => {
          if (event.button !== 0) return;
          const onHandle = handle.contains(event.target);
          if (isNear && !onHandle && event.pointerType === "touch") return;
          event.preventDefault();
          frame.setPointerCapture(event.pointerId);
          const start = { x: event.clientX, y: event.clientY, left: stage.scrollLeft, top: stage.scrollTop };
          const isPanning = isNear && !onHandle;
          const follow = event => {
            if (isPanning) {
              stage.scrollLeft = start.left - (event.clientX - start.x);
              stage.scrollTop = start.top - (event.clientY - start.y);
            } else {
              const box = frame.getBoundingClientRect();
              setSplit((event.clientX - box.left) / box.width);
            }
          };
          const end = () => {
            frame.removeEventListener("pointermove", follow);
            frame.removeEventListener("pointerup", end);
            frame.removeEventListener("pointercancel", end);
          };
          if (onHandle) handle.focus({ focusVisible: false });
          if (!isPanning) follow(event);
          frame.addEventListener("pointermove", follow);
          frame.addEventListener("pointerup", end);
          frame.addEventListener("pointercancel", end);
        });

        """#

    /// Decisions, the file of them, and the keyboard.
    static let actions = #"""

        // MARK: decisions

        const renderCounts = () => {
          let accepted = 0, rejected = 0;
          for (const { action } of decisions.values()) {
            if (action === "accept") accepted++; else if (action === "reject") rejected++;
          }
          const done = accepted + rejected;
          $("count").textContent = `${done} of ${items.length} decided · ${accepted} accepted · ${rejected} rejected`;
          $("bar-accept").style.width = accepted / (items.length || 1) * 100 + "%";
          $("bar-reject").style.width = rejected / (items.length || 1) * 100 + "%";
          $("progress").setAttribute("aria-valuemax", items.length);
          $("progress").setAttribute("aria-valuenow", done);
          $("save").textContent = unsaved ? `Save decisions (${done})` : "Save decisions";
          $("undo").disabled = history.length === 0;
        };
        const announce = text => { $("live").textContent = text; };

        const select = item => {
          if (!item) return;
          current = item;
          keep();
          renderItem();
          reveal();
        };
        const move = step => {
          if (!view.length) return;
          const place = view.indexOf(current);
          select(view[Math.min(Math.max(place + step, 0), view.length - 1)]);
        };
        const set = (item, action, note) => {
          if (action || note) decisions.set(item.id, { action, note }); else decisions.delete(item.id);
          unsaved = true;
          keep();
        };
        const decide = action => {
          if (!current) return;
          const item = current;
          history.push({ item, action: actionOf(item) });
          set(item, action, noteOf(item));
          const place = view.indexOf(item);
          const isOpen = other => other !== item && !actionOf(other);
          const next = view.slice(place + 1).find(isOpen) ?? view.find(isOpen);
          announce(`${action === "accept" ? "Accepted" : "Rejected"} ${shown(item.name)}.` +
            (next ? "" : " No picture of this list is open any more."));
          if (next) current = next;
          if ($("state").value) refilter();
          renderItem();
          reveal();
        };
        const undo = () => {
          const last = history.pop();
          if (!last) return;
          set(last.item, last.action, noteOf(last.item));
          current = last.item;
          if ($("state").value) refilter();
          announce(`Undone: ${shown(last.item.name)} is ${last.action ? last.action + "ed" : "open"}.`);
          renderItem();
          reveal();
        };
        $("accept").addEventListener("click", () => decide("accept"));
        $("reject").addEventListener("click", () => decide("reject"));
        $("next").addEventListener("click", () => move(1));
        $("previous").addEventListener("click", () => move(-1));
        $("undo").addEventListener("click", undo);
        $("note").addEventListener("input", () => {
          if (current) set(current, actionOf(current), $("note").value);
          renderCounts();
        });
        $("note").addEventListener("keydown", event => {
          if (event.key !== "Enter" && event.key !== "Escape") return;
          event.preventDefault();
          $("name").focus();
        });

        // MARK: the file of decisions

        const text = () => {
          // Half of a character, which is no Unicode, would make the whole file unreadable.
          const whole = note => note.replace(/\p{Surrogate}/gu, "\u{FFFD}");
          const lines = items.filter(actionOf).map(item =>
            JSON.stringify({ id: item.id, action: actionOf(item), note: whole(noteOf(item)), seen: item.seen }));
          return `{"batch":${JSON.stringify(data.batch)},"decisions":[\n${lines.join(",\n")}\n]}\n`;
        };
        const save = () => {
          const link = element("a");
          link.href = URL.createObjectURL(new Blob([text()], { type: "application/json" }));
          link.download = "decisions.json";
          link.click();
          setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
          unsaved = false;
          keepNow();
          renderCounts();
          announce("Saved decisions.json.");
        };
        $("save").addEventListener("click", save);
        $("load").addEventListener("click", () => $("file").click());
        $("file").addEventListener("change", async () => {
          const file = $("file").files[0];
          $("file").value = "";
          if (!file) return;
          let read;
          try {
            read = JSON.parse(await file.text());
            if (!Array.isArray(read.decisions)) throw new Error();
          } catch {
            notice(`${shown(file.name)} is no file of decisions.`);
            return;
          }
          if (read.batch !== data.batch) {
            notice(`${shown(file.name)} is about the batch “${shown(String(read.batch))}”, not about “${shown(data.batch)}”.`);
            return;
          }
          const unknown = [], changed = [];
          let taken = 0;
          for (const decision of read.decisions) {
            const item = byID.get(decision?.id);
            if (!item || !["accept", "reject"].includes(decision.action)) { unknown.push(String(decision?.id)); continue; }
            if ((decision.seen ?? "") !== item.seen) { changed.push(item.name); continue; }
            decisions.set(item.id, { action: decision.action, note: String(decision.note ?? "") });
            taken++;
          }
          history = [];
          unsaved = unknown.length + changed.length > 0;
          keepNow();
          const named = (names, what) => names.length === 0 ? ""
            : ` ${names.length} are about pictures that ${what}: ${names.slice(0, 5).map(shown).join(", ")}` +
              (names.length > 5 ? " …" : ".");
          notice(`${taken} decisions were loaded.` + named(unknown, "are not here") + named(changed, "have changed since"));
          refilter();
          renderItem();
        });

        // MARK: keyboard

        const help = $("help");
        $("keys").addEventListener("click", () => help.showModal());
        addEventListener("keydown", event => {
          if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s") {
            event.preventDefault();
            save();
            return;
          }
          if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
          const target = event.target;
          if (target.matches?.("input, select, textarea")) return;
          if (event.key === " " || event.key === "Enter") {
            if (target.matches?.("button, summary") || event.key === "Enter") return;
          }
          const step = event.shiftKey ? 0.2 : 0.05;
          const commands = {
            a: () => decide("accept"), r: () => decide("reject"), n: () => move(1), j: () => move(1), p: () => move(-1),
            k: () => move(-1), u: undo, d: () => { if (!$("map").disabled) toggleDoubt(); }, z: () => zoom(!isNear),
            b: () => setGround((Number($("ground").dataset.index) + 1) % grounds.length), m: () => $("note").focus(),
            1: () => setGround(0), 2: () => setGround(1), 3: () => setGround(2), 4: () => setGround(3), " ": flip,
            "?": () => help.showModal(), ArrowLeft: () => setSplit(split - step), ArrowRight: () => setSplit(split + step),
            Home: () => setSplit(0), End: () => setSplit(1),
          };
          const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
          if (!Object.hasOwn(commands, name)) return;
          // A key that is held down must not decide about all that follows.
          if (event.repeat && ["a", "r", "u"].includes(name)) return;
          event.preventDefault();
          commands[name]();
        });

        // MARK: begin

        if (innerWidth <= 820) $("filters").open = false;
        const last = recall();
        refilter();
        if (items.length) select(byID.get(last) ?? items.find(item => !actionOf(item)) ?? items[0]);
        else { renderItem(); $("none").textContent = "There is nothing to review."; }
        document.documentElement.dataset.ready = "yes";
        })();

        """#
}
