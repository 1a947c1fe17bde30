// What pages have in common.

import { type ReactNode, useEffect, useRef } from "react";
import type { Loaded } from "../load";
import { ProblemBox } from "./Problem";

/** A page with its title, which is read out when it is opened. */
export function Page({
    title,
    crumb,
    lead,
    actions,
    children,
}: {
    title: string;
    crumb?: ReactNode;
    lead?: ReactNode;
    actions?: ReactNode;
    children: ReactNode;
}) {
    const heading = useRef<HTMLHeadingElement>(null);
    useEffect(() => {
        document.title = `${title} · Connector studio`;
        heading.current?.focus({ preventScroll: true });
    }, [title]);
    return (
        <>
            <header className="page-head">
                {crumb && <p className="crumb">{crumb}</p>}
                <div className="page-title">
                    <h1 ref={heading} tabIndex={-1}>
                        {title}
                    </h1>
                    {actions && <div className="page-actions">{actions}</div>}
                </div>
                {lead && <p className="lead">{lead}</p>}
            </header>
            {children}
        </>
    );
}

/** What was asked for, once it is there. */
export function Wait<T>({ loaded, children }: { loaded: Loaded<T>; children: (data: T) => ReactNode }) {
    if (loaded.problem)
        return (
            <ProblemBox problem={loaded.problem}>
                <button type="button" onClick={loaded.reload}>
                    Try again
                </button>
            </ProblemBox>
        );
    if (loaded.data === undefined)
        return (
            <p className="note" role="status">
                Loading…
            </p>
        );
    return <>{children(loaded.data)}</>;
}

export function Badge({ kind, children }: { kind?: string; children: ReactNode }) {
    return (
        <span className="badge" data-kind={kind}>
            {children}
        </span>
    );
}

export function Time({ value }: { value?: string | number | null }) {
    if (value === undefined || value === null || value === "") return null;
    const time = new Date(value);
    if (Number.isNaN(time.getTime())) return <>{String(value)}</>;
    return (
        <time dateTime={time.toISOString()} title={time.toISOString()}>
            {time.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" })}
        </time>
    );
}
