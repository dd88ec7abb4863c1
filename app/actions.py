"""Every action as data: its name, where it stands, its keys; the window binds them to what they do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ActionSpec:
    """One action. `text` is translated when it is shown; `keys` are Qt key sequences."""

    id: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    checkable: bool = False


MENUS = {
    "file": "&File",
    "edit": "&Edit",
    "model": "&Model",
    "select": "&Select",
    "attention": "&Attention",
    "change": "&Change",
    "view": "&View",
    "figures": "Fi&gures",
    "help": "&Help",
}

ACTIONS = (
    ActionSpec("open-folder", "model", "Open a model folder…", ("Ctrl+O",)),
    ActionSpec("open-hub", "model", "Load a model by its hub name…"),
    ActionSpec("cancel-load", "model", "Stop waiting for the model"),
    ActionSpec("open-run", "file", "Open a training run…", ("Ctrl+Shift+O",)),
    ActionSpec("save-window", "file", "Save a picture of the window…", ("Ctrl+Shift+S",)),
    ActionSpec("quit", "file", "Quit", ("Ctrl+Q",)),
    ActionSpec("undo", "edit", "Undo", ("Ctrl+Z",)),
    ActionSpec("redo", "edit", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
    ActionSpec("edit-a", "edit", "Go to sentence A", ("Ctrl+1",)),
    ActionSpec("edit-b", "edit", "Go to sentence B", ("Ctrl+2",)),
    ActionSpec("swap", "edit", "Swap the sentences", ("Ctrl+T",)),
    ActionSpec("clear", "edit", "Empty both sentences"),
    ActionSpec("unmask", "edit", "Take back all replaced pieces"),
    ActionSpec("roll", "edit", "Roll the masking again", ("Ctrl+R",)),
    ActionSpec("previous-roll", "edit", "Previous roll of the masking", ("Ctrl+[",)),
    ActionSpec("next-roll", "edit", "Next roll of the masking", ("Ctrl+]",)),
    ActionSpec("put-roll", "edit", "Put this masking into the text", ("Ctrl+Shift+R",)),
    ActionSpec("next-layer", "select", "Next layer", ("Alt+Down",)),
    ActionSpec("previous-layer", "select", "Previous layer", ("Alt+Up",)),
    ActionSpec("next-head", "select", "Next head", ("Alt+Right",)),
    ActionSpec("previous-head", "select", "Previous head", ("Alt+Left",)),
    ActionSpec("layer-average", "select", "Average over the heads of this layer"),
    ActionSpec("all-average", "select", "Average over all heads"),
    ActionSpec("unpin", "select", "Let go of the pinned pieces", ("Esc",)),
    ActionSpec("view-all", "attention", "Attention: all heads", ("Alt+1",), True),
    ActionSpec("view-one", "attention", "Attention: one head", ("Alt+2",), True),
    ActionSpec("view-lines", "attention", "Attention: lines", ("Alt+3",), True),
    ActionSpec("view-calculation", "attention", "Attention: arithmetic of a head (Q·K·V)", ("Alt+4",), True),
    ActionSpec("view-layer", "attention", "Attention: inside a layer", ("Alt+5",), True),
    ActionSpec("view-flow", "attention", "Attention: flow through layers", ("Alt+6",), True),
    ActionSpec("view-measures", "attention", "Attention: measures of all heads", ("Alt+7",), True),
    ActionSpec("view-search", "attention", "Attention: search a text", ("Alt+8",), True),
    ActionSpec("order-heads", "attention", "Order of the heads…"),
    ActionSpec("sort-again", "attention", "Sort the heads again"),
    ActionSpec("dim-heads", "attention", "Dim heads by a filter…"),
    ActionSpec("heads-as-model", "attention", "Heads as in the model, none dimmed"),
    ActionSpec("one-head-words", "attention", "One head: words instead of pieces", (), True),
    ActionSpec("specials-shown", "attention", "One head: special pieces shown", (), True),
    ActionSpec("specials-left-out", "attention", "One head: special pieces left out", (), True),
    ActionSpec(
        "specials-renormalised", "attention", "One head: special pieces left out, rows renormalised", (), True
    ),
    ActionSpec("marginal-bars", "attention", "One head: what each piece receives, as bars", (), True),
    ActionSpec("follow-piece", "attention", "Flow: follow the pinned piece"),
    ActionSpec("flow-stop", "attention", "Flow: stop working it out"),
    ActionSpec("flow-start", "attention", "Flow: work it out"),
    ActionSpec("measured-file", "attention", "Measure heads over a text file…"),
    ActionSpec("compute-importance", "attention", "Compute the importance of the heads"),
    ActionSpec("prune", "attention", "Prune heads by importance"),
    ActionSpec("prune-more", "attention", "Prune one head more"),
    ActionSpec("prune-less", "attention", "Prune one head less"),
    ActionSpec("prune-none", "attention", "Prune no head"),
    ActionSpec("search-head", "attention", "Search: strongest examples of the chosen head"),
    ActionSpec("search-state", "attention", "Search: nearest pieces by hidden state"),
    ActionSpec("search-start", "attention", "Search: start"),
    ActionSpec("search-stop", "attention", "Search: stop"),
    ActionSpec("search-file", "attention", "Search: choose a text…"),
    ActionSpec("head-off", "change", "Switch off the chosen head", ("Ctrl+D",), True),
    ActionSpec("layer-off", "change", "Switch this layer's heads off or on", ("Ctrl+Shift+D",)),
    ActionSpec("column-off", "change", "Switch this head off or on in every layer"),
    ActionSpec("heads-zero", "change", "Heads that are off: output zero", (), True),
    ActionSpec("heads-even", "change", "Heads that are off: attention even", (), True),
    ActionSpec("hide-piece", "change", "Hide the pinned piece from attention, or show it", ("Ctrl+H",)),
    ActionSpec("drop-token", "change", "Leave out the token embedding everywhere", (), True),
    ActionSpec("drop-segment", "change", "Leave out the segment embedding everywhere", (), True),
    ActionSpec("drop-position", "change", "Leave out the position embedding everywhere", (), True),
    ActionSpec("read-both", "change", "Reading: both ways", (), True),
    ActionSpec("read-right", "change", "Reading: left to right only", (), True),
    ActionSpec("read-left", "change", "Reading: right to left only", (), True),
    ActionSpec("no-changes", "change", "Take back all changes", ("Ctrl+Shift+Backspace",)),
    ActionSpec("find-action", "view", "Find an action…", ("Ctrl+K",)),
    ActionSpec("keep-reference", "view", "Keep what is shown as the reference", ("Ctrl+M",)),
    ActionSpec("show-now", "view", "Show what is now", (), True),
    ActionSpec("show-reference", "view", "Show the reference", (), True),
    ActionSpec("show-difference", "view", "Show the difference from the reference", (), True),
    ActionSpec("next-showing", "view", "Show now, reference or difference in turn", ("Ctrl+Shift+M",)),
    ActionSpec("drop-reference", "view", "Let go of the reference"),
    ActionSpec("theme-system", "view", "Theme: as the system", (), True),
    ActionSpec("theme-light", "view", "Theme: light", (), True),
    ActionSpec("theme-dark", "view", "Theme: dark", (), True),
    ActionSpec("explore", "view", "Workspace: explore", ("Ctrl+Shift+E",), True),
    ActionSpec("training", "view", "Workspace: training", ("Ctrl+Shift+T",), True),
    ActionSpec("reset-layout", "view", "Put the panels back"),
    ActionSpec("how-trained", "help", "How BERT was trained"),
    ActionSpec("log", "help", "Open the log's folder"),
    ActionSpec("about", "help", "About Attention Explorer"),
)
