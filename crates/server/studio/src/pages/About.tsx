// What an action is like, and what it gives.

import type { Described, Schema } from "../types";
import { typeOf, variants } from "../form/schema";

export function About({ action, lacking }: { action: Described; lacking: string[] }) {
    return (
        <>
            <dl className="facts">
                <dt>Id</dt>
                <dd>
                    <code>{action.id}</code>
                </dd>
                <dt>Twice</dt>
                <dd>
                    {{
                        read: "It only reads.",
                        idempotent: "To run it twice is the same as once.",
                        write: "To run it twice does it twice.",
                    }[action.effect] ?? action.effect}
                </dd>
                <dt>Scopes</dt>
                <dd>
                    {action.scopes.length === 0
                        ? "none"
                        : action.scopes.map((scope) => (
                              <code key={scope} data-lacks={lacking.includes(scope) || undefined}>
                                  {scope}{" "}
                              </code>
                          ))}
                </dd>
                {action.deprecation && (
                    <>
                        <dt>Ends</dt>
                        <dd>
                            {action.deprecation.ends ?? "soon"}
                            {action.deprecation.instead && (
                                <>
                                    ; use <code>{action.deprecation.instead}</code>
                                </>
                            )}
                        </dd>
                    </>
                )}
            </dl>
            <h2 className="minor">{action.shape === "items" ? "What each item has" : "What it gives"}</h2>
            <Fields schema={action.output} depth={0} />
        </>
    );
}

const LEVELS = 3;

export function Fields({ schema, depth }: { schema: Schema; depth: number }) {
    const inner = schema.items ?? schema;
    const named = Object.entries((inner.properties ?? variants(inner)[0]?.properties ?? {}) as Record<string, Schema>);
    const other =
        typeof inner.additionalProperties === "object"
            ? [["any name", inner.additionalProperties as Schema] as [string, Schema]]
            : [];
    const all = [...named, ...other];
    if (all.length === 0) return depth === 0 ? <p className="note">The service says no more about it.</p> : null;
    return (
        <ul className="fields">
            {all.map(([name, field]) => (
                <li key={name}>
                    <code>{name}</code> <small>{kindOf(field)}</small>
                    {(field.title || field.description) && <span> {field.description ?? field.title}</span>}
                    {depth + 1 < LEVELS && <Fields schema={field} depth={depth + 1} />}
                </li>
            ))}
        </ul>
    );
}

function kindOf(field: Schema): string {
    if (field.enum) return (field.enum as unknown[]).slice(0, 6).join(" | ") + (field.enum.length > 6 ? " | …" : "");
    const type = typeOf(field) ?? (variants(field).length > 0 ? "one of several" : "anything");
    return type === "array" && field.items
        ? `list of ${typeOf(field.items as Schema) ?? "anything"}`
        : (field.format ?? type);
}
