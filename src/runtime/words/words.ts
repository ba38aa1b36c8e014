import type { Words } from '../domain/telling/wording.ts'
import { en } from './en.ts'
import { ja } from './ja.ts'

export const wordsFor = (language: 'en' | 'ja'): Words => (language === 'ja' ? ja : en)
