// Things as pictures.

import { useEffect, useRef, useState } from "react";
import type { Json } from "../types";
import { altOf, pictures, summaryOf, titleOf } from "./images";
import { JsonView } from "./Json";

export function Cards({ things }: { things: Json[] }) {
    const [opened, setOpened] = useState<Json>();
    return (
        <>
            <ul className="cards">
                {things.map((thing, index) => (
                    <li key={index}>
                        <Card thing={thing} onOpen={() => setOpened(thing)} />
                    </li>
                ))}
            </ul>
            {opened !== undefined && <Detail thing={opened} onClose={() => setOpened(undefined)} />}
        </>
    );
}

function Card({ thing, onOpen }: { thing: Json; onOpen: () => void }) {
    const [cover, ...more] = pictures(thing);
    const title = titleOf(thing) ?? "Without a title";
    return (
        <button type="button" className="card" onClick={onOpen} aria-haspopup="dialog">
            {cover ? (
                <Shown
                    url={cover.url}
                    alt={altOf(thing)}
                    ratio={cover.width && cover.height ? cover.width / cover.height : undefined}
                />
            ) : (
                <span className="no-picture" aria-hidden="true" />
            )}
            {more.length > 0 && (
                <span className="strip" aria-hidden="true">
                    {more.slice(0, 4).map(({ url }) => (
                        <img key={url} src={url} alt="" loading="lazy" />
                    ))}
                    {more.length > 4 && <span>+{more.length - 4}</span>}
                </span>
            )}
            <span className="card-words">
                <strong>{title}</strong>
                {summaryOf(thing) && <span>{summaryOf(thing)}</span>}
            </span>
        </button>
    );
}

/** A picture, with words where it cannot be had. */
function Shown({ url, alt, ratio }: { url: string; alt: string; ratio?: number }) {
    const [lost, setLost] = useState(false);
    if (lost)
        return (
            <span className="no-picture" role="img" aria-label={alt}>
                The picture cannot be had
            </span>
        );
    // Room for it until it is there: neither a ribbon nor a tower, whatever the thing says of its size.
    const shape = Math.min(2, Math.max(0.5, ratio ?? 4 / 3));
    return (
        <img
            className="cover"
            src={url}
            alt={alt}
            loading="lazy"
            referrerPolicy="no-referrer"
            style={{ aspectRatio: `auto ${shape}` }}
            onError={() => setLost(true)}
        />
    );
}

function Detail({ thing, onClose }: { thing: Json; onClose: () => void }) {
    const dialog = useRef<HTMLDialogElement>(null);
    useEffect(() => {
        dialog.current?.showModal();
    }, []);
    const all = pictures(thing);
    const title = titleOf(thing) ?? "Without a title";
    return (
        <dialog
            ref={dialog}
            className="detail"
            aria-labelledby="detail-title"
            onClose={onClose}
            onClick={(event) => {
                if (event.target === dialog.current) dialog.current?.close();
            }}
        >
            <div>
                <header>
                    <h2 id="detail-title">{title}</h2>
                    <button type="button" className="quiet" onClick={() => dialog.current?.close()}>
                        Close
                    </button>
                </header>
                <div className="detail-pictures">
                    {all.map(({ url }, index) => (
                        <Shown
                            key={url}
                            url={url}
                            alt={index === 0 ? altOf(thing) : `Picture ${index + 1} of ${title}`}
                        />
                    ))}
                </div>
                <JsonView value={thing} label={title} />
            </div>
        </dialog>
    );
}
