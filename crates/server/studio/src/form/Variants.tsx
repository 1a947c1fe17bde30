// Alternatives of which a person chooses one.

import type { FieldProps } from "@rjsf/utils";
import { useRef, useState } from "react";
import type { Data, Json, Schema } from "../types";
import { Help } from "./parts";
import { constants, typeOf, variantOf, variants } from "./schema";

const nameOf = (schema: Schema, index: number) =>
    (schema.title as string | undefined) ?? typeOf(schema) ?? `Kind ${index + 1}`;

export function Variants(props: FieldProps) {
    const { schema, formData, fieldPathId, registry, required, onChange, errorSchema, uiSchema } = props;
    const all = variants(schema).map((one) => registry.schemaUtils.retrieveSchema(one, formData) as Schema);
    const found = variantOf(all, formData as Json);
    const [picked, setPicked] = useState(-1);
    // What has been filled in for the others, should somebody come back to them.
    const filled = useRef(new Map<number, Json>());
    const first = required && all.length === 1 ? 0 : -1;
    // Data that fits several, such as none at all, is of the one that was picked.
    const fits = picked >= 0 && variantOf([all[picked]], formData as Json) === 0;
    const chosen = fits || found < 0 ? (picked >= 0 ? picked : first) : found;
    const { SchemaField } = registry.fields;
    const id = `${fieldPathId.$id}.kind`;
    const legend = (schema.title as string | undefined) ?? props.name;
    const isBare = Boolean((uiSchema?.["ui:options"] as Schema | undefined)?.bare);

    const choose = (next: number) => {
        if (chosen >= 0 && formData !== undefined) filled.current.set(chosen, formData as Json);
        setPicked(next);
        if (next < 0) return onChange(undefined, fieldPathId.path);
        const only = constants(all[next]);
        const again = filled.current.get(next) ?? (Object.keys(only).length > 0 ? only : undefined);
        onChange(again as Data | undefined, fieldPathId.path);
    };

    return (
        <fieldset className={isBare ? "group bare" : "group"} id={fieldPathId.$id} tabIndex={-1}>
            <legend className={isBare ? "hidden" : undefined}>
                {legend}
                {required && <Required />}
            </legend>
            {!isBare && <Help id={`${fieldPathId.$id}.help`} text={schema.description as string} />}
            <div className="field">
                <label htmlFor={id}>Kind</label>
                <select id={id} value={chosen} onChange={(event) => choose(Number(event.target.value))}>
                    {(chosen < 0 || !required) && <option value={-1}>{required ? "Choose…" : "Left open"}</option>}
                    {all.map((one, index) => (
                        <option key={index} value={index}>
                            {nameOf(one, index)}
                        </option>
                    ))}
                </select>
            </div>
            {chosen >= 0 && (
                <SchemaField
                    {...props}
                    key={chosen}
                    schema={{ ...all[chosen], title: "", description: undefined }}
                    uiSchema={{ "ui:options": { bare: true } }}
                    errorSchema={errorSchema}
                    title={nameOf(all[chosen], chosen)}
                />
            )}
        </fieldset>
    );
}

export const Required = () => (
    <span className="required" title="required">
        {" "}
        required
    </span>
);
