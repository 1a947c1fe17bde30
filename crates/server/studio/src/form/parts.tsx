// Small things that fields have in common.

import type { ReactNode } from "react";

export function Help({ id, text }: { id: string; text?: string }) {
    return text ? (
        <p className="help" id={id}>
            {text}
        </p>
    ) : null;
}

export function Errors({ id, errors }: { id: string; errors?: string[] }) {
    if (!errors || errors.length === 0) return null;
    return (
        <p className="error" id={`${id}.error`}>
            <span aria-hidden="true">⚠ </span>
            {errors.join("; ")}
        </p>
    );
}

/** The attributes with which an element says what is told about it. */
export function told(id: string, description: unknown, errors?: string[]) {
    const wrong = errors !== undefined && errors.length > 0;
    const by = [description ? `${id}.help` : "", wrong ? `${id}.error` : ""].filter(Boolean).join(" ");
    return { "aria-describedby": by || undefined, "aria-invalid": wrong || undefined };
}

export function Group({
    legend,
    id,
    children,
    open,
}: {
    legend: string;
    id?: string;
    children: ReactNode;
    open: boolean;
}) {
    return (
        <details className="advanced" id={id} open={open || undefined}>
            <summary>{legend}</summary>
            {children}
        </details>
    );
}
