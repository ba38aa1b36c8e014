import type { EverybodyWords } from './everybody-words.ts'

export const everybodyEn: EverybodyWords = {
  title: 'Everybody',
}
