// A form that is made of a schema.

import Form from "@rjsf/core";
import type { RJSFSchema, RegistryFieldsType, RegistryWidgetsType, TemplatesType } from "@rjsf/utils";
import { type FormEvent, type ReactNode, useCallback, useEffect, useMemo, useRef } from "react";
import type { Data, FieldError, Json, Schema } from "../types";
import { FormContext, type FormState } from "./context";
import { HintedField } from "./hints";
import { type Path, errorSchema, idOf, parsePath, withValue } from "./paths";
import { labelOf, prepare } from "./schema";
import { ArrayTemplate, FieldTemplate, ItemTemplate, ObjectTemplate } from "./templates";
import { validator } from "./validator";
import { LongText, SelectOne, TextInput, TimeInput } from "./widgets";

const FIELDS = { SchemaField: HintedField } as unknown as RegistryFieldsType;
const WIDGETS = {
    SelectWidget: SelectOne,
    TextareaWidget: LongText,
    DateTimeWidget: TimeInput,
} as unknown as RegistryWidgetsType;
const TEMPLATES = {
    FieldTemplate,
    ObjectFieldTemplate: ObjectTemplate,
    ArrayFieldTemplate: ArrayTemplate,
    ArrayFieldItemTemplate: ItemTemplate,
    BaseInputTemplate: TextInput,
} as unknown as Partial<TemplatesType>;

type Props = {
    schema: Schema;
    data: Data;
    onChange: (data: Data) => void;
    onSubmit: () => void;
    errors: FieldError[];
    label: string;
    /** What stands above the fields. */
    before?: ReactNode;
    children: ReactNode;
} & Pick<FormState, "choices" | "upload">;

export function SchemaForm({
    schema,
    data,
    onChange,
    onSubmit,
    errors,
    choices,
    upload,
    label,
    before,
    children,
}: Props) {
    const prepared = useMemo(() => prepare(schema), [schema]);
    const wrong = useMemo(() => errorSchema(errors), [errors]);
    // Several changes may come before the next picture of the form.
    const latest = useRef(data);
    latest.current = data;
    const change = useCallback(
        (next: Data) => {
            const settled = settle(prepared, latest.current, next);
            latest.current = settled;
            onChange(settled);
        },
        [prepared, onChange],
    );
    const set = useCallback(
        (path: Path, value: Json | undefined) => {
            change(withValue(latest.current, path, value) as Data);
        },
        [change],
    );
    const state = useMemo(
        () => ({ schema: prepared, data, set, choices, upload }),
        [prepared, data, set, choices, upload],
    );
    return (
        <FormContext value={state}>
            <Summary errors={errors} schema={prepared} />
            <form
                aria-label={label}
                noValidate
                onSubmit={(event: FormEvent) => {
                    event.preventDefault();
                    onSubmit();
                }}
            >
                {before}
                <Form
                    tagName="div"
                    schema={prepared as RJSFSchema}
                    validator={validator}
                    formData={data}
                    fields={FIELDS}
                    widgets={WIDGETS}
                    templates={TEMPLATES}
                    extraErrors={wrong}
                    idSeparator="."
                    noValidate
                    noHtml5Validate
                    showErrorList={false}
                    experimental_defaultFormStateBehavior={{
                        emptyObjectFields: "skipEmptyDefaults",
                        arrayMinItems: { populate: "never" },
                        constAsDefaults: "never",
                        allOf: "skipDefaults",
                    }}
                    onChange={({ formData }) => change((formData ?? {}) as Data)}
                >
                    <></>
                </Form>
                {children}
            </form>
        </FormContext>
    );
}

/** What was chosen for another value of the field that it hangs on is chosen anew. */
function settle(schema: Schema, old: Data, next: Data): Data {
    const fields = Object.entries((schema.properties ?? {}) as Record<string, Schema>);
    const stale = fields.filter(([name, field]) => {
        const needs = (field["x-choices"] ?? []) as string[];
        return (
            next[name] !== undefined &&
            next[name] === old[name] &&
            needs.some((need) => old[need] !== undefined && old[need] !== next[need])
        );
    });
    if (stale.length === 0) return next;
    const settled = { ...next };
    for (const [name] of stale) delete settled[name];
    return settled;
}

/** All that is wrong, with ways to the fields; what is wrong is read out as it appears. */
function Summary({ errors, schema }: { errors: FieldError[]; schema: Schema }) {
    const box = useRef<HTMLDivElement>(null);
    useEffect(() => {
        if (errors.length > 0) box.current?.focus();
    }, [errors]);
    const lead = (path: string) => {
        // Of something that is not there, the nearest that is.
        for (let parts = parsePath(path); parts.length > 0; parts = parts.slice(0, -1)) {
            const field = document.getElementById(idOf(parts));
            if (!field) continue;
            field.closest("details")?.setAttribute("open", "");
            field.focus();
            return;
        }
    };
    return (
        <div role="alert" ref={box} tabIndex={-1} className={errors.length > 0 ? "summary" : undefined}>
            {errors.length > 0 && (
                <>
                    <p>
                        <strong>
                            {errors.length === 1 ? "One field is not right" : `${errors.length} fields are not right`}
                        </strong>
                    </p>
                    <ul>
                        {errors.map(({ path, message }, index) => (
                            <li key={index}>
                                <button type="button" className="link" onClick={() => lead(path)}>
                                    {labelOf(schema, parsePath(path)) || "The whole"}
                                </button>
                                : {message}
                            </li>
                        ))}
                    </ul>
                </>
            )}
        </div>
    );
}
