/** Aborts when its time is over; more time can be added. */
export class Deadline extends AbortController {
  /** @type {NodeJS.Timeout | undefined} */
  #timer;
  #end;

  /** @param {number} ms */
  constructor(ms) {
    super();
    this.#end = performance.now() + ms;
    this.#wait();
  }

  /** @param {number} ms */
  add(ms) {
    this.#end += ms;
  }

  clear() {
    clearTimeout(this.#timer);
  }

  #wait() {
    const left = this.#end - performance.now();
    if (left <= 0) this.abort();
    // What a timer can count to is less than a month.
    else this.#timer = setTimeout(() => this.#wait(), Math.min(Math.ceil(left), 2 ** 31 - 1));
  }
}
