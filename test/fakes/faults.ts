/** Errors on order: the next `times` calls (of one method, or of any) throw `error`, as AWS would. */
export class Faults {
  #orders: { error: Error; left: number; method: string | undefined }[] = []

  inject(error: Error, times = 1, method?: string): void {
    this.#orders.push({ error, left: times, method })
  }

  /** To be called first in every method of a fake. */
  protected strike(method: string): void {
    const order = this.#orders.find((each) => each.left > 0 && (each.method === undefined || each.method === method))
    if (order === undefined) return
    order.left -= 1
    throw order.error
  }
}

/** An error with AWS's name on it. */
export const awsError = (name: string, message = name): Error => Object.assign(new Error(message), { name })
