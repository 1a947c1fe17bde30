// A field for which the connector knows what can be chosen: a person types, and picks from what fits.

import type { WidgetProps } from "@rjsf/utils";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { Problem } from "../api";
import type { Choice, Json, Schema } from "../types";
import { useForm } from "./context";
import { told } from "./parts";
import { pathOf, showPath } from "./paths";

/** How long nobody types before the connector is asked. */
const PAUSE_MS = 250;
/** Titles that have been seen, so that a value that was filled in earlier has its name. */
const titles = new Map<string, string>();

export function ChoiceWidget({ id, value, onChange, schema, rawErrors, required, disabled, label }: WidgetProps) {
    const { schema: whole, data, choices: lookUp } = useForm();
    const hinted = schema as Schema;
    const needs = ((hinted["x-choices"] ?? []) as string[]).filter(
        (need) => data[need] === undefined || data[need] === null || data[need] === "",
    );
    const known = (value: unknown) => titles.get(`${label} ${String(value)}`);
    const [typed, setTyped] = useState<string>();
    const [open, setOpen] = useState(false);
    const [active, setActive] = useState(-1);
    const [found, setFound] = useState<{ choices: Choice[]; more: boolean }>();
    const [problem, setProblem] = useState<string>();
    const list = useRef<HTMLUListElement>(null);
    const query = typed ?? "";
    const all = found?.choices ?? [];
    const field = showPath(pathOf(id, data));
    const settled = JSON.stringify(((hinted["x-choices"] ?? []) as string[]).map((need) => data[need] ?? null));

    useEffect(() => {
        if (!open || !lookUp || needs.length > 0) return;
        const stop = new AbortController();
        const timer = setTimeout(
            () => {
                lookUp(field, query, stop.signal).then(
                    (found) => {
                        for (const { value, title } of found.choices) titles.set(`${label} ${String(value)}`, title);
                        setFound(found);
                        setProblem(undefined);
                        setActive(found.choices.length > 0 && query !== "" ? 0 : -1);
                    },
                    (error) => {
                        if (!stop.signal.aborted) setProblem(Problem.of(error).message);
                    },
                );
            },
            query === "" ? 0 : PAUSE_MS,
        );
        return () => {
            clearTimeout(timer);
            stop.abort();
        };
    }, [open, query, field, settled, lookUp, needs.length, label]);

    const pick = (value: Json | undefined) => {
        onChange(value);
        setTyped(undefined);
        setOpen(false);
    };
    const leave = () => {
        // What is no title is taken as it is: not every list has everything.
        if (typed !== undefined) {
            const exact = all.find(({ title, value }) => title === typed || String(value) === typed);
            pick(exact ? exact.value : typed.trim() === "" ? undefined : typed.trim());
        }
        setOpen(false);
    };
    const press = (event: KeyboardEvent) => {
        if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            event.preventDefault();
            if (!open) return setOpen(true);
            const next = Math.max(0, Math.min(all.length - 1, active + (event.key === "ArrowDown" ? 1 : -1)));
            setActive(next);
            list.current?.children[next]?.scrollIntoView({ block: "nearest" });
        } else if (event.key === "Enter" && open && all[active]) {
            event.preventDefault();
            pick(all[active].value);
        } else if (event.key === "Escape" && open) {
            event.preventDefault();
            setTyped(undefined);
            setOpen(false);
        }
    };
    const name = value === undefined || value === null ? "" : (known(value) ?? String(value));
    const said =
        problem ??
        (found && open
            ? all.length === 0
                ? "Nothing fits"
                : `${all.length}${found.more ? " and more: type to narrow" : ""} to choose from`
            : "");
    const placeholder =
        needs.length > 0
            ? `Fill in ${needs.map((need) => whole.properties?.[need]?.title ?? need).join(", ")} first`
            : hinted["x-setting"]
              ? "As the connection has it"
              : hinted["x-first-choice"]
                ? "The first one if left open"
                : "Type to search";

    return (
        <div className="combo">
            <input
                id={id}
                role="combobox"
                aria-expanded={open}
                aria-controls={`${id}.list`}
                aria-autocomplete="list"
                autoComplete="off"
                aria-activedescendant={open && active >= 0 ? `${id}.choice.${active}` : undefined}
                aria-required={required || undefined}
                disabled={disabled}
                value={typed ?? name}
                placeholder={placeholder}
                {...told(id, schema.description, rawErrors)}
                onChange={(event) => {
                    setTyped(event.target.value);
                    setOpen(true);
                }}
                onClick={() => setOpen(true)}
                onKeyDown={press}
                onBlur={leave}
            />
            {name !== "" && typed === undefined && known(value) && <span className="combo-value">{String(value)}</span>}
            <ul id={`${id}.list`} role="listbox" aria-label={label} ref={list} hidden={!open || all.length === 0}>
                {all.map((choice, index) => (
                    <li
                        key={index}
                        id={`${id}.choice.${index}`}
                        role="option"
                        aria-selected={choice.value === value}
                        data-active={index === active || undefined}
                        onMouseDown={(event) => {
                            event.preventDefault();
                            pick(choice.value);
                        }}
                    >
                        <span>{choice.title}</span>
                        <small>{String(choice.value)}</small>
                    </li>
                ))}
            </ul>
            <p className={problem ? "error" : "note"} role="status">
                {open || problem ? said : ""}
            </p>
        </div>
    );
}
