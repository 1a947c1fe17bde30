// Tabs, by the pattern that screen readers know.

import { type KeyboardEvent, type ReactNode, useId, useRef } from "react";

export type Tab = { id: string; title: string; content: () => ReactNode };

export function Tabs({
    label,
    tabs,
    chosen,
    onChoose,
}: {
    label: string;
    tabs: Tab[];
    chosen: string;
    onChoose: (id: string) => void;
}) {
    const base = useId();
    const list = useRef<HTMLDivElement>(null);
    const current = tabs.find(({ id }) => id === chosen) ?? tabs[0];
    if (!current) return null;
    const press = (event: KeyboardEvent) => {
        const at = tabs.indexOf(current);
        const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
        if (next === undefined) return;
        event.preventDefault();
        const { id } = tabs[(next + tabs.length) % tabs.length];
        onChoose(id);
        list.current?.querySelector<HTMLElement>(`[data-tab="${id}"]`)?.focus();
    };
    return (
        <>
            <div role="tablist" aria-label={label} className="tabs" ref={list} onKeyDown={press}>
                {tabs.map(({ id, title }) => (
                    <button
                        key={id}
                        type="button"
                        role="tab"
                        id={`${base}${id}`}
                        data-tab={id}
                        aria-selected={id === current.id}
                        aria-controls={`${base}panel`}
                        tabIndex={id === current.id ? 0 : -1}
                        onClick={() => onChoose(id)}
                    >
                        {title}
                    </button>
                ))}
            </div>
            <div
                role="tabpanel"
                id={`${base}panel`}
                aria-labelledby={`${base}${current.id}`}
                tabIndex={0}
                className="panel"
            >
                {current.content()}
            </div>
        </>
    );
}
