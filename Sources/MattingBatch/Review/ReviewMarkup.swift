/// The elements of a ``ReviewPage``; what they say of pictures is for ``ReviewScript`` to fill in.
enum ReviewMarkup {
    /// - Parameter title: escaped.
    static func body(title: String) -> String {
        """
        <body>
        <header class="top">
        <h1><bdi>\(title)</bdi></h1>
        <div class="progress" id="progress" role="progressbar" aria-label="Pictures decided" aria-valuemin="0">\
        <div id="bar-accept"></div><div id="bar-reject"></div></div>
        <p class="count" id="count"></p>
        <div class="tools">
        <button type="button" id="save" class="primary" title="Save decisions.json (Ctrl+S)">Save decisions</button>
        <button type="button" id="load" title="Go on with decisions that were saved before">Load…</button>
        <button type="button" id="theme" title="Theme: light, dark, or as the system">Theme: auto</button>
        <button type="button" id="keys" title="Keyboard (?)" aria-label="Keyboard">?</button>
        <input type="file" id="file" accept=".json,application/json" hidden>
        </div>
        </header>
        <p class="notice" id="notice" role="status" hidden></p>
        <noscript><p class="notice">This page shows pictures by a script of its own; allow scripts to see them.</p></noscript>
        <div class="app">
        <aside aria-label="Pictures">
        <details class="filters" id="filters" open>
        <summary>Filter <span id="shown"></span></summary>
        <div class="fields">
        <label>Lane <select id="lane"></select></label>
        <label>Decision <select id="state"><option value="">all</option><option value="open">open</option>\
        <option value="accept">accepted</option><option value="reject">rejected</option></select></label>
        <label>Reason <select id="reason"></select></label>
        <label>Order <select id="order"><option value="">priority</option>\
        <option value="uncertainty">uncertainty</option><option value="name">name</option></select></label>
        <label class="wide">Name <input type="search" id="search" autocomplete="off" spellcheck="false"></label>
        </div>
        </details>
        <p class="empty" id="none" hidden>No picture matches the filter.</p>
        <div id="list" role="listbox" tabindex="0" aria-label="Pictures to review"><div id="rows"></div></div>
        </aside>
        <main>
        <div class="about">
        <h2 id="name" tabindex="-1"></h2>
        <div class="chips" id="chips"></div>
        <ul class="reasons" id="reasons" aria-label="Reasons"></ul>
        </div>
        <div class="stage" id="stage">
        <div class="frame" id="frame">
        <img id="original" alt="" draggable="false">
        <div class="over" id="over"><div class="ground" id="ground"></div><img id="cutout" alt="" draggable="false"></div>
        <img id="doubt" alt="" draggable="false" hidden>
        <div class="handle" id="handle" role="slider" tabindex="0" aria-label="Original to the left, cut-out to the right" \
        aria-valuemin="0" aria-valuemax="100"><span></span></div>
        <span class="corner left" id="corner-left" aria-hidden="true">Original</span>
        <span class="corner right" id="corner-right" aria-hidden="true">Cut-out</span>
        </div>
        <p class="failed" id="failed" hidden>This preview cannot be shown: are the <code>previews</code> beside the page?</p>
        </div>
        <div class="view">
        <div class="group" role="radiogroup" aria-label="Background" id="grounds">
        <button type="button" role="radio" data-ground="checker" title="Checkerboard (1)">Checker</button>
        <button type="button" role="radio" data-ground="white" title="White (2)">White</button>
        <button type="button" role="radio" data-ground="black" title="Black (3)">Black</button>
        <button type="button" role="radio" data-ground="green" title="Green (4)">Green</button>
        </div>
        <button type="button" id="flip" title="Original or cut-out (Space)">Flip</button>
        <button type="button" id="zoom" aria-pressed="false" title="Twice the preview's pixels (z)">200 %</button>
        <button type="button" id="map" aria-pressed="false" title="Where the matte is unsure (d)">Doubt</button>
        </div>
        <div class="actions">
        <div class="row">
        <button type="button" id="previous" title="Previous (p or k)">← <span><u>P</u>revious</span></button>
        <button type="button" id="reject" class="reject" title="Reject (r)"><u>R</u>eject</button>
        <button type="button" id="accept" class="accept" title="Accept (a)"><u>A</u>ccept</button>
        <button type="button" id="next" title="Next (n or j)"><span><u>N</u>ext</span> →</button>
        <button type="button" id="undo" title="Undo (u)" disabled><u>U</u>ndo</button>
        </div>
        <label class="note">Note <input type="text" id="note" maxlength="2000" autocomplete="off" \
        placeholder="for whoever goes on with this picture"></label>
        </div>
        </main>
        </div>
        <p class="silent" id="live" role="status" aria-live="polite"></p>
        <dialog id="help" aria-labelledby="help-title">
        <h2 id="help-title">Keyboard</h2>
        <dl>
        <div><dt><kbd>a</kbd></dt><dd>accept, and on to the next that is open</dd></div>
        <div><dt><kbd>r</kbd></dt><dd>reject, and on to the next that is open</dd></div>
        <div><dt><kbd>n</kbd> <kbd>j</kbd></dt><dd>next</dd></div>
        <div><dt><kbd>p</kbd> <kbd>k</kbd></dt><dd>previous</dd></div>
        <div><dt><kbd>u</kbd></dt><dd>undo</dd></div>
        <div><dt><kbd>←</kbd> <kbd>→</kbd></dt><dd>move the slider; with Shift by more; Home and End</dd></div>
        <div><dt><kbd>Space</kbd></dt><dd>original or cut-out</dd></div>
        <div><dt><kbd>d</kbd></dt><dd>doubt: where the matte is unsure</dd></div>
        <div><dt><kbd>z</kbd></dt><dd>200 %, drag to move</dd></div>
        <div><dt><kbd>1</kbd> … <kbd>4</kbd> <kbd>b</kbd></dt><dd>background: checker, white, black, green; the next one</dd></div>
        <div><dt><kbd>m</kbd></dt><dd>note; Enter goes back</dd></div>
        <div><dt><kbd>Ctrl</kbd> <kbd>S</kbd></dt><dd>save decisions.json</dd></div>
        </dl>
        <p>Decisions are kept in this browser until they are saved. Give the saved file to <code>matte batch --apply</code>.</p>
        <form method="dialog"><button class="primary">Close</button></form>
        </dialog>

        """
    }
}
