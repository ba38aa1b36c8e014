import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseModelId, stemOf } from '../../src/runtime/domain/metering/model-id.ts'
import { readCases } from './metering.ts'

const { cases } = readCases<{
  readonly cases: readonly {
    it: string
    modelId: string
    model?: string
    scope?: string
    stem?: string
    profile?: boolean
    form?: string
  }[]
}>('model-ids.json')

describe('a model id', () => {
  it.each(cases.map((one) => [one.it, one] as const))('%s', (_it, one) => {
    const ref = parseModelId(one.modelId)
    if (one.profile) return expect(ref).toEqual({ kind: 'profile', arn: one.modelId })
    if (one.form) return expect(ref).toEqual({ kind: 'other', id: one.modelId, form: one.form })
    expect(ref).toEqual({ kind: 'model', model: one.model, scope: one.scope, provider: one.model?.split('.')[0] })
    return expect(stemOf(one.model ?? '')).toBe(one.stem)
  })

  it('that nobody could have meant is short and harmless, and stays apart from others', () => {
    const [one, other] = [parseModelId(`a#${'b'.repeat(5000)}`), parseModelId(`a#${'b'.repeat(5001)}`)]
    if (one.kind !== 'other' || other.kind !== 'other') throw new Error('taken for a model')
    expect(one.id).toMatch(/^a_b{237}~[0-9a-f]{16}$/)
    expect(other.id).not.toBe(one.id)
    expect(parseModelId(one.id)).toEqual(one)
  })

  it('never throws, and never gives more than 256 characters or a separator', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `arn:aws:bedrock:us-east-1::${text}`),
        ),
        (text) => {
          const ref = parseModelId(text)
          const shown = ref.kind === 'model' ? ref.model : ref.kind === 'profile' ? ref.arn : ref.id
          expect(shown.length).toBeLessThanOrEqual(256)
          expect(shown).toMatch(/^[\w.:/+@~-]*$/)
        },
      ),
    )
  })

  it('has a stem that is its own stem', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{3,9}\.[a-z0-9-]{1,30}(-\d{8})?(-v\d(:\d)?)?$/), (model) => {
        expect(stemOf(model).startsWith(model.split('.')[0] ?? '')).toBe(true)
        expect(model.startsWith(stemOf(model))).toBe(true)
      }),
    )
  })
})
