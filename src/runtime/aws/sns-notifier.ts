import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns'
import type { Notice } from '../domain/telling/notice.ts'
import type { Notifier } from '../ports.ts'

/** Below 100 characters, no line breaks or control characters (SNS API reference, Publish, Subject). */
const subjectAtMost = 99
/** SNS takes 256 KB; what is longer is cut where a person has long stopped reading. */
const textAtMost = 200_000

/** Mails through the guard's topic. */
export class SnsNotifier implements Notifier {
  readonly #client: SNSClient
  readonly #topicArn: string

  constructor(parts: { client: SNSClient; topicArn: string }) {
    this.#client = parts.client
    this.#topicArn = parts.topicArn
  }

  async send(notice: Notice): Promise<void> {
    await this.#client.send(
      new PublishCommand({
        TopicArn: this.#topicArn,
        Subject: oneLine(notice.subject),
        Message: cut(notice.text),
        MessageAttributes: { kind: { DataType: 'String', StringValue: notice.kind } },
      }),
    )
  }
}

const oneLine = (subject: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  [...subject.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim()].slice(0, subjectAtMost).join('') || 'cost-guard'

/** By bytes, at a character's end. */
function cut(text: string): string {
  const bytes = new TextEncoder().encode(text)
  if (bytes.length <= textAtMost) return text
  const kept = new TextDecoder().decode(bytes.subarray(0, textAtMost)).replace(/\uFFFD+$/, '')
  return `${kept}\n…`
}
