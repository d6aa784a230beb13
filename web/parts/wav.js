// Owns how samples become a WAV file: mono, 16 bits.

const HEADER_LEN = 44;
const SAMPLE_LEN = 2;

/** The bytes of a WAV file with the samples of `blocks`. */
export function wavOf(blocks, rateHz) {
  const dataLen = blocks.reduce((sum, block) => sum + block.length, 0) * SAMPLE_LEN;
  const file = new DataView(new ArrayBuffer(HEADER_LEN + dataLen));
  writeHeader(file, dataLen, rateHz);
  let at = HEADER_LEN;
  for (const block of blocks) {
    for (const sample of block) {
      file.setInt16(at, Math.max(-1, Math.min(1, sample)) * 0x7fff, true);
      at += SAMPLE_LEN;
    }
  }
  return file.buffer;
}

function writeHeader(file, dataLen, rateHz) {
  const letters = (at, text) => [...text].forEach((letter, offset) => file.setUint8(at + offset, letter.charCodeAt(0)));
  letters(0, 'RIFF');
  file.setUint32(4, HEADER_LEN - 8 + dataLen, true);
  letters(8, 'WAVEfmt ');
  file.setUint32(16, 16, true);
  file.setUint16(20, 1, true);
  file.setUint16(22, 1, true);
  file.setUint32(24, rateHz, true);
  file.setUint32(28, rateHz * SAMPLE_LEN, true);
  file.setUint16(32, SAMPLE_LEN, true);
  file.setUint16(34, SAMPLE_LEN * 8, true);
  letters(36, 'data');
  file.setUint32(40, dataLen, true);
}
