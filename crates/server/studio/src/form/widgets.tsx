// Inputs for single values.

import type { BaseInputTemplateProps, WidgetProps } from "@rjsf/utils";
import { told } from "./parts";

const placeholderOf = (schema: BaseInputTemplateProps["schema"] & { [hint: string]: unknown }) => {
    if (schema["x-default"] !== undefined && schema["x-default"] !== null) return `${schema["x-default"]}`;
    if (schema["x-setting"]) return "As the connection has it";
    return undefined;
};

const inputType = (schema: BaseInputTemplateProps["schema"], type?: string) => {
    if (type && type !== "text") return type;
    if (schema.format === "date") return "date";
    if (schema.format === "time") return "time";
    return "text";
};

/** A line of text; numbers too, so that what is typed is never lost. */
export function TextInput({
    id,
    value,
    onChange,
    onBlur,
    schema,
    rawErrors,
    required,
    disabled,
    readonly,
    type,
    htmlName,
}: BaseInputTemplateProps) {
    const isNumber =
        schema.type === "number" ||
        schema.type === "integer" ||
        (Array.isArray(schema.type) && schema.type.some((one) => one === "number" || one === "integer"));
    return (
        <input
            id={id}
            name={htmlName ?? id}
            type={isNumber ? "text" : inputType(schema, type)}
            inputMode={isNumber ? (schema.type === "integer" ? "numeric" : "decimal") : undefined}
            value={value ?? ""}
            placeholder={placeholderOf(schema)}
            autoComplete="off"
            aria-required={required || undefined}
            disabled={disabled}
            readOnly={readonly}
            {...told(id, schema.description, rawErrors)}
            onChange={(event) => onChange(event.target.value === "" ? undefined : event.target.value)}
            onBlur={(event) => onBlur(id, event.target.value)}
        />
    );
}

export function LongText({ id, value, onChange, schema, rawErrors, required, disabled }: WidgetProps) {
    return (
        <textarea
            id={id}
            rows={3}
            value={value ?? ""}
            placeholder={placeholderOf(schema)}
            aria-required={required || undefined}
            disabled={disabled}
            {...told(id, schema.description, rawErrors)}
            onChange={(event) => onChange(event.target.value === "" ? undefined : event.target.value)}
        />
    );
}

export function SelectOne({ id, value, onChange, schema, rawErrors, required, disabled, options }: WidgetProps) {
    const choices = options.enumOptions ?? [];
    const chosen = choices.findIndex((one) => one.value === value);
    const left = placeholderOf(schema);
    return (
        <select
            id={id}
            value={chosen}
            aria-required={required || undefined}
            disabled={disabled}
            {...told(id, schema.description, rawErrors)}
            onChange={(event) => onChange(choices[Number(event.target.value)]?.value)}
        >
            <option value={-1}>{left ? `Left open: ${left}` : required ? "Choose…" : "Left open"}</option>
            {choices.map((one, index) => (
                <option key={index} value={index}>
                    {one.label}
                </option>
            ))}
        </select>
    );
}

/** Yes, no, or left open: a box would not tell the last two apart. */
export function BooleanWidget({ id, value, onChange, schema, rawErrors, disabled }: WidgetProps) {
    const preset = (schema as { [hint: string]: unknown })["x-default"];
    const left = preset === undefined || preset === null ? "Left open" : `Left open: ${preset ? "yes" : "no"}`;
    return (
        <select
            id={id}
            value={value === undefined || value === null ? "" : String(value)}
            disabled={disabled}
            {...told(id, schema.description, rawErrors)}
            onChange={(event) => onChange(event.target.value === "" ? undefined : event.target.value === "true")}
        >
            <option value="">{left}</option>
            <option value="true">Yes</option>
            <option value="false">No</option>
        </select>
    );
}

/** Several of a few. */
export function ManyWidget({ id, value, onChange, options, disabled }: WidgetProps) {
    const chosen: unknown[] = Array.isArray(value) ? value : [];
    const all = options.enumOptions ?? [];
    const toggle = (one: unknown, on: boolean) => {
        const next = all.map((option) => option.value).filter((value) => (value === one ? on : chosen.includes(value)));
        onChange(next.length > 0 ? next : undefined);
    };
    return (
        <div
            className={all.length > 8 ? "boxes many" : "boxes"}
            id={id}
            role="group"
            tabIndex={-1}
            aria-labelledby={`${id}.label`}
        >
            {all.map(({ value: one, label }, index) => (
                <label key={index} className="box">
                    <input
                        type="checkbox"
                        checked={chosen.includes(one)}
                        disabled={disabled}
                        onChange={(event) => toggle(one, event.target.checked)}
                    />
                    {label}
                </label>
            ))}
        </div>
    );
}

/** A time, as the person's clock has it. */
export function TimeInput({ id, value, onChange, schema, rawErrors, required, disabled }: WidgetProps) {
    const local = (text: string) => {
        const time = new Date(text);
        return Number.isNaN(time.getTime())
            ? ""
            : new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
    };
    return (
        <input
            id={id}
            type="datetime-local"
            step={1}
            value={typeof value === "string" ? local(value) : ""}
            aria-required={required || undefined}
            disabled={disabled}
            {...told(id, schema.description, rawErrors)}
            onChange={(event) =>
                onChange(event.target.value === "" ? undefined : new Date(event.target.value).toISOString())
            }
        />
    );
}
