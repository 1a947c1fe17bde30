// A field that takes anything: written as JSON.

import type { FieldProps } from "@rjsf/utils";
import { useState } from "react";
import { told } from "./parts";

export function JsonField({ fieldPathId, formData, onChange, schema, rawErrors, disabled }: FieldProps) {
    const [text, setText] = useState(() => (formData === undefined ? "" : JSON.stringify(formData, null, 2)));
    const [wrong, setWrong] = useState<string>();
    const id = fieldPathId.$id;
    const change = (text: string) => {
        setText(text);
        if (text.trim() === "") {
            setWrong(undefined);
            return onChange(undefined, fieldPathId.path);
        }
        try {
            onChange(JSON.parse(text), fieldPathId.path);
            setWrong(undefined);
        } catch (error) {
            setWrong(error instanceof Error ? error.message : "This is not JSON");
        }
    };
    return (
        <>
            <textarea
                id={id}
                className="code"
                rows={4}
                spellCheck={false}
                disabled={disabled}
                value={text}
                placeholder="JSON"
                {...told(id, schema.description, wrong ? [wrong] : rawErrors)}
                onChange={(event) => change(event.target.value)}
            />
            {wrong && (
                <p className="error" id={`${id}.error`}>
                    {wrong}
                </p>
            )}
        </>
    );
}
