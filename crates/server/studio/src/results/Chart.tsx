// Figures over time.

import { scaleLinear, scaleUtc } from "d3-scale";
import { line } from "d3-shape";
import { type PointerEvent, useId, useLayoutEffect, useRef, useState } from "react";
import type { Figure, Point } from "./series";

const HEIGHT = 300;
const EDGE = { top: 12, right: 30, bottom: 30, left: 58 };
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });
const number = new Intl.NumberFormat(undefined, { maximumFractionDigits: 4 });
const short = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 3 });
/** `OUTBOUND_CLICK_RATE` for people. */
const words = (name: string) =>
    name
        .replace(/([a-z])([A-Z])/g, "$1 $2")
        .replaceAll("_", " ")
        .toLowerCase()
        .replace(/^./, (first) => first.toUpperCase());

export function Chart({ figures }: { figures: Figure[] }) {
    const id = useId();
    const [name, setName] = useState(() => largest(figures).name);
    const figure = figures.find((one) => one.name === name) ?? figures[0];
    const all = figure.lines.flatMap(({ points }) => points);
    const sum = all.reduce((sum, { value }) => sum + value, 0);
    return (
        <figure className="chart">
            <div className="chart-head">
                <div className="field">
                    <label htmlFor={id}>Figure</label>
                    <select id={id} value={figure.name} onChange={(event) => setName(event.target.value)}>
                        {figures.map(({ name }) => (
                            <option key={name} value={name}>
                                {words(name)}
                            </option>
                        ))}
                    </select>
                </div>
                <dl>
                    <div>
                        <dt>Mean</dt>
                        <dd>{number.format(all.length ? Number((sum / all.length).toPrecision(4)) : 0)}</dd>
                    </div>
                    <div>
                        <dt>Sum</dt>
                        <dd>{number.format(Number(sum.toPrecision(12)))}</dd>
                    </div>
                </dl>
            </div>
            <Plot figure={figure} />
            {figure.lines.length > 1 && (
                <ul className="legend">
                    {figure.lines.map(({ name }, index) => (
                        <li key={name}>
                            <i className={`line-${index}`} aria-hidden="true" />
                            {name || "all"}
                        </li>
                    ))}
                </ul>
            )}
            <figcaption className="note">
                {words(figure.name)} from {day.format(all[0]?.time ?? 0)} to{" "}
                {day.format(Math.max(...all.map(({ time }) => time)))}, days in UTC.
            </figcaption>
        </figure>
    );
}

/** The figure that tells most at first sight: large numbers, and no rates. */
function largest(figures: Figure[]): Figure {
    const mean = ({ lines }: Figure) => Math.max(...lines[0].points.map(({ value }) => value));
    return figures.reduce((one, other) => (mean(other) > mean(one) ? other : one));
}

function Plot({ figure }: { figure: Figure }) {
    const box = useRef<HTMLDivElement>(null);
    const [width, setWidth] = useState(600);
    const [near, setNear] = useState<number>();
    useLayoutEffect(() => {
        const look = new ResizeObserver(([entry]) => setWidth(Math.max(240, entry.contentRect.width)));
        if (box.current) look.observe(box.current);
        return () => look.disconnect();
    }, []);
    const all = figure.lines.flatMap(({ points }) => points);
    const times = [...new Set(all.map(({ time }) => time))].sort((one, other) => one - other);
    const values = all.map(({ value }) => value);
    const x = scaleUtc([times[0], times[times.length - 1]], [EDGE.left, width - EDGE.right]);
    const y = scaleLinear([Math.min(0, ...values), Math.max(...values, 0) || 1], [HEIGHT - EDGE.bottom, EDGE.top]).nice(
        5,
    );
    const path = line<Point>(
        ({ time }) => x(time),
        ({ value }) => y(value),
    );
    const most = Math.max(2, Math.floor(width / 90));
    const step = Math.ceil(times.length / most);
    const ticks = times.filter((_, index) => index % step === 0);
    const point = (event: PointerEvent<SVGSVGElement>) => {
        const left = event.clientX - event.currentTarget.getBoundingClientRect().left;
        setNear(times.reduce((one, other) => (Math.abs(x(other) - left) < Math.abs(x(one) - left) ? other : one)));
    };
    const said = figure.lines
        .map(
            ({ name, points }) =>
                `${name}: ${points.map(({ time, value }) => `${day.format(time)} ${number.format(value)}`).join(", ")}`,
        )
        .join("; ");
    return (
        <div ref={box} className="plot">
            <svg
                width={width}
                height={HEIGHT}
                role="img"
                aria-label={`${words(figure.name)}. ${said}`}
                onPointerMove={point}
                onPointerLeave={() => setNear(undefined)}
            >
                {y.ticks(5).map((tick) => (
                    <g key={tick} className="tick">
                        <line x1={EDGE.left} x2={width - EDGE.right} y1={y(tick)} y2={y(tick)} />
                        <text x={EDGE.left - 8} y={y(tick)} dy="0.32em" textAnchor="end">
                            {short.format(tick)}
                        </text>
                    </g>
                ))}
                {ticks.map((time) => (
                    <text key={time} className="tick" x={x(time)} y={HEIGHT - 8} textAnchor="middle">
                        {day.format(time)}
                    </text>
                ))}
                {near !== undefined && (
                    <line className="near" x1={x(near)} x2={x(near)} y1={EDGE.top} y2={HEIGHT - EDGE.bottom} />
                )}
                {figure.lines.map(({ name, points }, index) => (
                    <g key={name} className={`line line-${index}`}>
                        <path d={path(points) ?? undefined} />
                        {points.length <= 60 &&
                            points.map(({ time, value }) => (
                                <circle key={time} cx={x(time)} cy={y(value)} r={time === near ? 5 : 3} />
                            ))}
                    </g>
                ))}
            </svg>
            {near !== undefined && (
                <p className="tip" style={{ left: Math.min(Math.max(x(near), 80), width - 80) }}>
                    {day.format(near)}
                    {figure.lines.map(({ name, points }) => {
                        const here = points.find(({ time }) => time === near);
                        return (
                            here && (
                                <span key={name}>
                                    {figure.lines.length > 1 ? `${name}: ` : ""}
                                    <strong>{number.format(here.value)}</strong>
                                </span>
                            )
                        );
                    })}
                </p>
            )}
        </div>
    );
}
