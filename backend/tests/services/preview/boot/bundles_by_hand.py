"""Bundles as short as they can be: they use the doors that React Native's own code would."""


def app(body: str) -> str:
    """An app whose start is this code; `rootTag`, `ui` and `show(name, props)` are there for it."""
    return f"""
        RN$registerCallableModule('AppRegistry', () => ({{
            getAppKeys: () => ['main'],
            runApplication: (key, {{ rootTag }}) => {{
                const ui = nativeFabricUIManager;
                let last = 1;
                const view = (name, props, ...children) => {{
                    const made = ui.createNode(last += 1, name, rootTag, props ?? {{}}, {{}});
                    for (const child of children) ui.appendChild(made, child);
                    return made;
                }};
                const show = (...views) => {{
                    const set = ui.createChildSet(rootTag);
                    for (const each of views) ui.appendChildToSet(set, each);
                    ui.completeRoot(rootTag, set);
                }};
                {body}
            }},
        }}));
    """
