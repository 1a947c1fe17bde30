// What mdBook's own scripts do not do for those who have no pointer, or do not see the page.
(() => {
    // It is a label, which may not say that something is open.
    document.getElementById("mdbook-sidebar-toggle")?.setAttribute("role", "button");
    // Contents that are put away are not reached by keys either.
    const contents = document.getElementById("mdbook-sidebar");
    const hide = () => {
        contents.inert = contents.getAttribute("aria-hidden") === "true";
    };
    if (contents) {
        new MutationObserver(hide).observe(contents, { attributeFilter: ["aria-hidden"] });
        hide();
    }
    // What is wider than its place can be moved by keys.
    const reach = () => {
        for (const part of document.querySelectorAll("pre code, pre, .table-wrapper")) {
            if (part.scrollWidth > part.clientWidth) part.tabIndex = 0;
        }
    };
    addEventListener("load", reach);
    addEventListener("resize", reach);
})();
