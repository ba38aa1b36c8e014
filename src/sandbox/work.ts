/** What goes on in the background (deliveries, asynchronous invocations), so that `idle()` can wait for all of it. */
import { setTimeout as sleep } from 'node:timers/promises'

export class BackgroundWork {
  readonly #running = new Set<Promise<void>>()
  readonly #failed: string[] = []

  start(what: string, work: () => Promise<unknown>): void {
    const running: Promise<void> = work()
      .then(() => undefined)
      .catch((error: unknown) => {
        this.#failed.push(`${what}: ${error instanceof Error ? error.message : String(error)}`)
      })
      .finally(() => this.#running.delete(running))
    this.#running.add(running)
  }
  get problems(): readonly string[] {
    return this.#failed
  }
  clear(): void {
    this.#failed.length = 0
  }
  /** Resolves when nothing runs any more, not even what the last work started. */
  async idle(msMax: number): Promise<void> {
    const deadline = Date.now() + msMax
    while (this.#running.size > 0) {
      const left = deadline - Date.now()
      if (left <= 0) throw new Error(`the sandbox was still busy after ${msMax} ms`)
      await Promise.race([Promise.all(this.#running), sleep(left, undefined, { ref: false })])
    }
  }
}
