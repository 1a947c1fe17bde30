// A file that is dropped or chosen, with a look at it.

import type { WidgetProps } from "@rjsf/utils";
import { type DragEvent, useEffect, useState } from "react";
import { Problem } from "../api";
import type { Schema } from "../types";
import { useForm } from "./context";
import { told } from "./parts";
import { pathOf } from "./paths";

type Taken = { name: string; size: number; type: string; preview?: string };

export function FileWidget({ id, value, onChange, schema, rawErrors, required, disabled, label }: WidgetProps) {
    const { data, set, upload } = useForm();
    const [taken, setTaken] = useState<Taken>();
    const [over, setOver] = useState(false);
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<string>();
    const isText = (schema as Schema)["x-file"] === "base64";
    useEffect(
        () => () => {
            if (taken?.preview) URL.revokeObjectURL(taken.preview);
        },
        [taken],
    );

    const take = async (file: File | undefined) => {
        if (!file) return;
        setBusy(true);
        setProblem(undefined);
        try {
            onChange(isText ? await base64(file) : await upload?.(file));
            if (isText) sayKind(file.type);
            const preview = file.type.startsWith("image/") ? URL.createObjectURL(file) : undefined;
            setTaken({ name: file.name, size: file.size, type: file.type, preview });
        } catch (error) {
            setProblem(Problem.of(error).message);
        } finally {
            setBusy(false);
        }
    };
    // A field beside this one that wants the media type is filled in.
    const sayKind = (type: string) => {
        const path = pathOf(id, data);
        const place = [
            ...path.slice(0, -1),
            String(path.at(-1)).replace(/(?:data|file|content|base64)$/, "content_type"),
        ];
        if (type !== "" && String(place.at(-1)).endsWith("content_type")) set(place, type);
    };
    const drop = (event: DragEvent) => {
        event.preventDefault();
        setOver(false);
        void take(event.dataTransfer.files[0]);
    };
    const clear = () => {
        setTaken(undefined);
        onChange(undefined);
    };

    return (
        <div
            className="file"
            data-over={over || undefined}
            onDragOver={(event) => {
                event.preventDefault();
                setOver(true);
            }}
            onDragLeave={() => setOver(false)}
            onDrop={drop}
        >
            {taken?.preview && <img src={taken.preview} alt={`Preview of ${taken.name}`} />}
            <div>
                {value !== undefined && taken ? (
                    <p className="file-name">
                        {taken.name} <small>{bytes(taken.size)}</small>{" "}
                        <button type="button" className="link" onClick={clear}>
                            Remove {taken.name}
                        </button>
                    </p>
                ) : (
                    <p className="note">Drop a file here, or choose one.</p>
                )}
                <input
                    id={id}
                    type="file"
                    disabled={disabled || busy}
                    aria-required={required || undefined}
                    {...told(id, schema.description, rawErrors)}
                    onChange={(event) => void take(event.target.files?.[0])}
                />
                {!isText && !taken && (
                    <input
                        type="text"
                        aria-label={`${label}: an address instead of a file`}
                        placeholder="or the https:// address of one"
                        value={typeof value === "string" ? value : ""}
                        onChange={(event) => onChange(event.target.value === "" ? undefined : event.target.value)}
                    />
                )}
                <p className={problem ? "error" : "note"} role="status">
                    {busy ? "Sending the file…" : (problem ?? "")}
                </p>
            </div>
        </div>
    );
}

const base64 = (file: File) =>
    new Promise<string>((done, fail) => {
        const reader = new FileReader();
        reader.onload = () => done(String(reader.result).replace(/^[^,]*,/, ""));
        reader.onerror = () => fail(reader.error ?? new Error("The file cannot be read"));
        reader.readAsDataURL(file);
    });

export function bytes(size: number): string {
    if (size < 1000) return `${size} bytes`;
    const units = ["KB", "MB", "GB"];
    let rest = size / 1000;
    let unit = 0;
    while (rest >= 1000 && unit < units.length - 1) {
        rest /= 1000;
        unit += 1;
    }
    return `${rest.toFixed(rest < 10 ? 1 : 0)} ${units[unit]}`;
}
