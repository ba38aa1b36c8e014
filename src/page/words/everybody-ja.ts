import type { EverybodyWords } from './everybody-words.ts'

export const everybodyJa: EverybodyWords = {
  title: '全員',
}
