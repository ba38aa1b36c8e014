import type { Instant } from '../../src/runtime/domain/base/calendar.ts'
import type { Notice, NoticeKey } from '../../src/runtime/domain/telling/notice.ts'
import type { Clock, NoticeLog, Notifier } from '../../src/runtime/ports.ts'
import { Faults } from './faults.ts'

export class MemoryNotices extends Faults implements NoticeLog {
  readonly #states = new Map<NoticeKey, 'sent' | Instant>()
  readonly #notes = new Map<NoticeKey, string>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    super()
    this.#clock = clock
  }

  async claim(key: NoticeKey, leaseUntil: Instant): Promise<'claimed' | 'already-sent' | 'in-flight'> {
    this.strike('claim')
    const state = this.#states.get(key)
    if (state === 'sent') return 'already-sent'
    if (state !== undefined && state > this.#clock.now()) return 'in-flight'
    this.#states.set(key, leaseUntil)
    return 'claimed'
  }

  async settle(key: NoticeKey, note?: string): Promise<void> {
    this.strike('settle')
    this.#states.set(key, 'sent')
    if (note !== undefined) this.#notes.set(key, note)
  }

  async noteOf(key: NoticeKey): Promise<string | undefined> {
    this.strike('noteOf')
    return this.#notes.get(key)
  }
}

/** Keeps what was sent, as a mailbox would. */
export class MemoryNotifier extends Faults implements Notifier {
  readonly sent: Notice[] = []

  async send(notice: Notice): Promise<void> {
    this.strike('send')
    this.sent.push(notice)
  }

  /** Takes the mails out: what came since the last look. */
  take(): readonly Notice[] {
    return this.sent.splice(0)
  }
}
