/// How a ``ReviewPage`` looks: light or dark as the system says or the reader, wide or narrow.
enum ReviewStyle {
    static let text = #"""

        :root {
          --ground: #eef0f2; --panel: #ffffff; --text: #15191e; --dim: #545d68; --line: #c9cfd6; --soft: #e3e7eb;
          --accent: #0b57d0; --on-accent: #ffffff; --accept: #0a6e38; --on-accept: #ffffff; --reject: #b3202a;
          --on-reject: #ffffff; --warn: #fff3d6; --on-warn: #4a3500; --chosen: #dce8fd;
          color-scheme: light;
        }
        :root[data-theme="dark"] {
          --ground: #0e1114; --panel: #171b20; --text: #e9ecef; --dim: #a5afba; --line: #39424c; --soft: #232a31;
          --accent: #8ab4f8; --on-accent: #0a1a33; --accept: #57c98a; --on-accept: #04210f; --reject: #ff8a8f;
          --on-reject: #33060a; --warn: #3d3000; --on-warn: #ffe6a3; --chosen: #1f3354;
          color-scheme: dark;
        }
        * { box-sizing: border-box; }
        [hidden] { display: none !important; }
        html, body { height: 100%; margin: 0; }
        body {
          display: flex; flex-direction: column; background: var(--ground); color: var(--text);
          font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
        }
        button, select, input { font: inherit; color: inherit; }
        button {
          min-height: 38px; padding: 0 14px; border: 1px solid var(--line); border-radius: 8px; background: var(--panel);
          cursor: pointer; touch-action: manipulation; white-space: nowrap;
        }
        button:hover { background: var(--soft); }
        button:disabled { opacity: .5; cursor: default; }
        button[aria-pressed="true"], button[aria-checked="true"] {
          background: var(--chosen); border-color: var(--accent);
        }
        button u { text-underline-offset: 3px; text-decoration-thickness: 1px; }
        .primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
        .accept { background: var(--accept); border-color: var(--accept); color: var(--on-accept); font-weight: 600; }
        .reject { background: var(--reject); border-color: var(--reject); color: var(--on-reject); font-weight: 600; }
        .primary:hover, .accept:hover, .reject:hover { filter: brightness(1.12); }
        .primary:hover { background: var(--accent); }
        .accept:hover { background: var(--accept); }
        .reject:hover { background: var(--reject); }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
        select, input[type="search"], input[type="text"] {
          min-height: 36px; width: 100%; padding: 0 8px; border: 1px solid var(--line); border-radius: 8px;
          background: var(--panel); text-overflow: ellipsis;
        }
        kbd {
          display: inline-block; min-width: 1.8em; padding: 0 .4em; border: 1px solid var(--line); border-radius: 5px;
          background: var(--soft); font: inherit; text-align: center;
        }
        .silent { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); }

        .top {
          display: flex; flex-wrap: wrap; align-items: center; gap: 8px 16px; padding: 10px 16px; background: var(--panel);
          border-bottom: 1px solid var(--line);
        }
        .top h1 {
          max-width: 34ch; margin: 0; overflow: hidden; font-size: 17px; text-overflow: ellipsis; white-space: nowrap;
        }
        .progress {
          display: flex; flex: 1 1 140px; height: 8px; min-width: 100px; overflow: hidden; border-radius: 4px;
          background: var(--soft);
        }
        .progress div { width: 0; }
        #bar-accept { background: var(--accept); }
        #bar-reject { background: var(--reject); }
        .count { margin: 0; color: var(--dim); font-variant-numeric: tabular-nums; }
        .tools { display: flex; flex-wrap: wrap; gap: 8px; }
        .notice {
          margin: 0; padding: 8px 16px; background: var(--warn); color: var(--on-warn);
          border-bottom: 1px solid var(--line);
        }

        .app { display: flex; flex: 1; min-height: 0; }
        aside {
          display: flex; flex-direction: column; width: 320px; min-height: 0; background: var(--panel);
          border-right: 1px solid var(--line);
        }
        .filters { border-bottom: 1px solid var(--line); }
        .filters summary { padding: 10px 16px; font-weight: 600; cursor: pointer; }
        #shown { color: var(--dim); font-weight: 400; }
        .fields { display: grid; grid-template-columns: 1fr 1fr; gap: 8px; padding: 0 16px 12px; }
        .fields label { min-width: 0; color: var(--dim); font-size: 13px; }
        .fields .wide { grid-column: 1 / -1; }
        .fields select, .fields input { color: var(--text); font-size: 14px; }
        #list { position: relative; flex: 1; min-height: 0; overflow: auto; overscroll-behavior: contain; }
        #list:focus-visible { outline-offset: -3px; }
        #rows { position: relative; }
        .item {
          position: absolute; right: 0; left: 0; display: grid; grid-template-columns: 52px 1fr auto; gap: 0 10px;
          align-items: center; height: 68px; padding: 0 14px; border-bottom: 1px solid var(--soft); cursor: pointer;
        }
        .item:hover { background: var(--soft); }
        .item[aria-selected="true"] { background: var(--chosen); box-shadow: inset 4px 0 0 var(--accent); }
        .item img { width: 52px; height: 52px; border-radius: 6px; object-fit: contain; }
        .item .title { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .item .facts {
          overflow: hidden; color: var(--dim); font-size: 13px; text-overflow: ellipsis; white-space: nowrap;
          font-variant-numeric: tabular-nums;
        }
        .mark { width: 24px; height: 24px; border-radius: 50%; font-weight: 700; line-height: 24px; text-align: center; }
        .mark.accept { background: var(--accept); }
        .mark.reject { background: var(--reject); }
        .empty { margin: 0; padding: 16px; color: var(--dim); }

        main { display: flex; flex: 1; flex-direction: column; min-width: 0; min-height: 0; gap: 10px; padding: 12px 16px; }
        .about { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 12px; }
        .about h2 {
          max-width: 100%; margin: 0; overflow: hidden; font-size: 17px; text-overflow: ellipsis; white-space: nowrap;
        }
        .about h2:focus { outline: none; }
        .chips { display: flex; flex-wrap: wrap; gap: 6px; }
        .chip {
          max-width: 30ch; padding: 1px 9px; overflow: hidden; border: 1px solid var(--line); border-radius: 999px;
          background: var(--panel); font-size: 13px; text-overflow: ellipsis; white-space: nowrap;
        }
        .chip.accept { background: var(--accept); border-color: var(--accept); color: var(--on-accept); }
        .chip.reject { background: var(--reject); border-color: var(--reject); color: var(--on-reject); }
        .reasons {
          display: flex; flex-basis: 100%; flex-wrap: wrap; gap: 2px 18px; max-height: 4.6em; margin: 0; padding: 0;
          overflow: auto; color: var(--dim); list-style: none;
        }
        .reasons li { overflow-wrap: anywhere; }
        .reasons li::before { margin-right: 6px; color: var(--reject); content: "▲"; font-size: 10px; }

        .stage {
          position: relative; display: flex; flex: 1; min-height: 160px; overflow: auto; border: 1px solid var(--line);
          border-radius: 10px; background: var(--soft);
        }
        .frame { position: relative; flex: none; margin: auto; overflow: hidden; touch-action: pan-y; user-select: none; }
        .frame.near { cursor: grab; touch-action: pan-x pan-y; }
        .frame img, .over, .ground { position: absolute; inset: 0; width: 100%; height: 100%; }
        .frame.near img { image-rendering: pixelated; }
        .ground.checker, .item .checker {
          background: repeating-conic-gradient(#c4c7ca 0% 25%, #f2f3f4 0% 50%) 0 0 / 20px 20px;
        }
        .item .checker { background-size: 10px 10px; }
        .ground.white { background: #fff; }
        .ground.black { background: #000; }
        .ground.green { background: #00b140; }
        .handle { position: absolute; top: 0; bottom: 0; width: 44px; margin-left: -22px; cursor: ew-resize; touch-action: none; }
        .handle::before {
          position: absolute; top: 0; bottom: 0; left: 50%; width: 2px; margin-left: -1px; background: #fff;
          box-shadow: 0 0 0 1px rgba(0, 0, 0, .55); content: "";
        }
        .handle span {
          position: sticky; top: calc(50% - 18px); display: block; width: 36px; height: 36px; margin: 0 auto;
          border: 1px solid rgba(0, 0, 0, .55); border-radius: 50%; background: #fff;
        }
        .handle span::before {
          position: absolute; inset: 0; color: #15191e; content: "⟷"; font-size: 17px; line-height: 34px; text-align: center;
        }
        .handle:focus-visible { outline: none; }
        .handle:focus-visible span { outline: 3px solid var(--accent); outline-offset: 2px; }
        .corner {
          position: absolute; top: 10px; padding: 1px 9px; border-radius: 999px; background: rgba(15, 18, 22, .78);
          color: #fff; font-size: 12px; pointer-events: none;
        }
        .corner.left { left: 10px; }
        .corner.right { right: 10px; }
        .failed { position: absolute; inset: auto 0 45% 0; margin: 0; padding: 0 16px; text-align: center; }
        .view, .row { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
        .group { display: flex; }
        .group button { border-radius: 0; margin-left: -1px; }
        .group button:first-child { border-radius: 8px 0 0 8px; margin-left: 0; }
        .group button:last-child { border-radius: 0 8px 8px 0; }
        .group button[aria-checked="true"] { position: relative; }
        .actions { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; }
        .row .accept, .row .reject { min-width: 116px; min-height: 44px; }
        .row button { min-height: 44px; }
        .note { display: flex; flex: 1 1 260px; gap: 8px; align-items: center; color: var(--dim); }
        .note input { color: var(--text); }
        dialog {
          max-width: min(620px, calc(100vw - 32px)); padding: 20px 24px; border: 1px solid var(--line); border-radius: 12px;
          background: var(--panel); color: var(--text);
        }
        dialog::backdrop { background: rgba(0, 0, 0, .5); }
        dialog h2 { margin: 0 0 10px; font-size: 18px; }
        dialog dl { margin: 0; }
        dialog dl div { display: flex; gap: 12px; padding: 3px 0; }
        dialog dt { flex: 0 0 130px; }
        dialog dd { margin: 0; }

        @media (max-width: 820px) {
          html, body { height: auto; min-height: 100%; }
          .app { flex-direction: column-reverse; }
          aside { width: auto; border-top: 1px solid var(--line); border-right: 0; }
          #list { flex: none; height: 44vh; }
          main { padding: 10px; }
          .stage { flex: none; height: 52vh; }
          .top { padding: 8px 10px; }
          .top h1 { flex-basis: 100%; max-width: none; font-size: 16px; }
          .top button { min-height: 34px; padding: 0 10px; font-size: 14px; }
          .tools { gap: 6px; }
          .count { font-size: 13px; }
          #previous span, #next span { display: none; }
          #previous, #next { flex: 0 0 52px !important; }
          .actions { position: sticky; bottom: 0; z-index: 1; margin: 0 -10px; padding: 8px 10px; background: var(--panel);
            border-top: 1px solid var(--line); }
          .row { flex-wrap: nowrap; width: 100%; }
          .row button { flex: 1; min-width: 0 !important; padding: 0 4px; }
          .view button { padding: 0 10px; }
        }
        @media (prefers-reduced-motion: no-preference) { .progress div { transition: width .15s; } }
        """#
}
