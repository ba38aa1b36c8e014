import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { download, filesFrom } from '../../../src/provision/price-list/read.ts'
import { offerText } from '../../support/price-list.ts'

const text = offerText([{ name: 'Claude Opus 5.5', scope: 'global', prices: { input: '4', output: '20' } }])

/** AWS's address, answering as told, one after the other for each file. */
function aws(answers: Readonly<Record<string, readonly (() => Response)[]>>) {
  const asked: string[] = []
  const waited: number[] = []
  const notes: string[] = []
  const fetch = async (address: string): Promise<Response> => {
    const code = /aws\/([^/]+)\//.exec(address)?.[1] ?? ''
    const turn = asked.filter((one) => one === address).length
    asked.push(address)
    const all = answers[code] ?? [() => new Response('', { status: 403 })]
    return (all[Math.min(turn, all.length - 1)] ?? (() => new Response('', { status: 404 })))()
  }
  const sleep = async (milliseconds: number) => void waited.push(milliseconds)
  return { asked, waited, notes, web: { fetch, sleep, note: (line: string) => void notes.push(line) } }
}
const offers = () => new Response(text)
const broken = (): Response => {
  throw new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND pricing.us-east-1.amazonaws.com') })
}

describe('AWS’s own address', () => {
  test('is asked for three offers of each region; those that it has not are left out', async () => {
    const { asked, web } = aws({ AmazonBedrockFoundationModels: [offers] })
    const files = await download(['us-east-1', 'eu-west-1'], web)
    expect(asked).toHaveLength(6)
    expect(files.map(({ source }) => source)).toEqual([
      'https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonBedrockFoundationModels/current/us-east-1/index.json',
      'https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonBedrockFoundationModels/current/eu-west-1/index.json',
    ])
  })

  test('is asked again when it does not answer, and says so', async () => {
    const { waited, notes, web } = aws({
      AmazonBedrockFoundationModels: [broken, () => new Response('', { status: 503 }), offers],
    })
    expect(await download(['us-east-1'], web)).toHaveLength(1)
    expect(waited).toEqual([1000, 2000])
    expect(notes.join('\n')).toContain('ENOTFOUND')
  })

  test('that stays silent, refuses or has nothing is an error with what to do', async () => {
    const silent = aws({ AmazonBedrockFoundationModels: [broken] })
    await expect(download(['us-east-1'], silent.web)).rejects.toMatchObject({
      code: 'price-list-unreachable',
      suggestions: expect.arrayContaining([expect.stringContaining('--from')]),
    })
    const refusing = aws({ AmazonBedrock: [() => new Response('', { status: 400 })] })
    await expect(download(['us-east-1'], refusing.web)).rejects.toMatchObject({ code: 'price-list-unreachable' })
    expect(refusing.waited).toEqual([])
    await expect(download(['mars-west-1'], aws({}).web)).rejects.toMatchObject({ code: 'no-price-list' })
    const page = aws({ AmazonBedrock: [() => new Response('<html>Sign in to the wireless network</html>')] })
    await expect(download(['us-east-1'], page.web)).rejects.toMatchObject({ code: 'bad-price-file' })
  })

  test('cannot send more than a price file holds', async () => {
    const part = new Uint8Array(16 * 1024 * 1024)
    let sent = 0
    const endless = () =>
      new Response(
        new ReadableStream({
          pull: (controller) => {
            sent += 1
            controller.enqueue(part)
          },
        }),
      )
    const { web } = aws({ AmazonBedrock: [endless] })
    await expect(download(['us-east-1'], web)).rejects.toThrow('larger than 128 MB')
    expect(sent).toBeLessThan(14)
  })
})

describe('files', () => {
  test('stand in for the network, gzipped or not, alone or a folder of them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'price-files-'))
    const [plain, packed] = [join(folder, 'a.json'), join(folder, 'b.json.gz')]
    writeFileSync(plain, text)
    writeFileSync(packed, gzipSync(text))
    writeFileSync(join(folder, 'notes.txt'), 'nothing')
    expect((await filesFrom([folder])).map(({ source }) => source)).toEqual([plain, packed])
    expect((await filesFrom([packed]))[0]?.products).toEqual((await filesFrom([plain]))[0]?.products)
    await expect(filesFrom([join(folder, 'none.json')])).rejects.toMatchObject({ code: 'no-file' })
    await expect(filesFrom([join(folder, 'notes.txt')])).rejects.toMatchObject({ code: 'bad-price-file' })
    const empty = mkdtempSync(join(tmpdir(), 'price-files-'))
    await expect(filesFrom([empty])).rejects.toThrow('there is no .json or .json.gz file in it')
    writeFileSync(packed, gzipSync(Buffer.alloc(140 * 1024 * 1024)))
    await expect(filesFrom([packed])).rejects.toMatchObject({ code: 'no-file' })
  })
})
