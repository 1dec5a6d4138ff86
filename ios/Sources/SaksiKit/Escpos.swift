import Foundation

/// What a thermal printer of 58 mm (32 columns) is sent: ESC/POS, with letters that every code page has.
public enum Escpos {
    /// Columns of a line.
    public static let width = 32

    /// A receipt with its QR code.
    public static func receipt(_ receipt: Receipt, _ texts: any Texts, in zone: TimeZone = .current) -> Data {
        var paper = Paper()
        paper.send([esc, 0x40])
        paper.align(centre)
        if let office = receipt.office { paper.line(office) }
        paper.large(texts.receiptTitle)
        paper.line(receipt.round)
        paper.align(left)
        paper.rule()
        paper.line(texts.kind(receipt.kind))
        if let why = receipt.notServed { paper.line(texts.notServed(why)) }
        if let name = receipt.name { paper.line(name) }
        paper.line(texts.time(receipt.at, in: zone))
        if let amount = receipt.amount { paper.pair(texts.amount, texts.rupiah(amount)) }
        paper.rule()
        paper.align(centre)
        paper.qr(receipt.qrText)
        paper.large(receipt.code)
        paper.line(texts.keepReceipt)
        paper.send([esc, 0x64, 4])
        return paper.bytes
    }

    /// Letters without accents; what has no such letter is a question mark.
    static func plain(_ text: String) -> String {
        let marks = text.decomposedStringWithCompatibilityMapping.unicodeScalars
            .filter { $0.properties.generalCategory != .nonspacingMark }
        return String(
            String.UnicodeScalarView(
                marks.map { letter in
                    if (" "..."~").contains(letter) { return letter }
                    return letter.properties.isWhitespace ? " " : punctuation[letter] ?? "?"
                }))
    }

    private static let punctuation: [Unicode.Scalar: Unicode.Scalar] = [
        "–": "-", "—": "-", "‘": "'", "’": "'", "“": "\"", "”": "\"",
    ]
    private static let (esc, gs, lf): (UInt8, UInt8, UInt8) = (0x1b, 0x1d, 0x0a)
    private static let (left, centre): (UInt8, UInt8) = (0, 1)

    private struct Paper {
        var bytes = Data()

        mutating func send(_ values: [UInt8]) {
            bytes.append(contentsOf: values)
        }

        mutating func align(_ how: UInt8) {
            send([esc, 0x61, how])
        }

        /// Bold and of double height: the width stays.
        mutating func large(_ text: String) {
            send([esc, 0x21, 0x18])
            line(text)
            send([esc, 0x21, 0])
        }

        /// A text, broken between words where it's longer than a line.
        mutating func line(_ text: String) {
            for line in wrapped(plain(text)) { print(line) }
        }

        /// What it is on the left, and how much on the right.
        mutating func pair(_ name: String, _ value: String) {
            let gap = width - plain(name).count - value.count
            if gap > 0 { return print(plain(name) + String(repeating: " ", count: gap) + value) }
            print(plain(name))
            print(String(repeating: " ", count: max(width - value.count, 0)) + value)
        }

        mutating func rule() {
            print(String(repeating: "-", count: width))
        }

        /// A QR code of model 2, six dots a module, with error correction M.
        mutating func qr(_ text: String) {
            function(0x41, [0x32, 0])
            function(0x43, [6])
            function(0x45, [0x31])
            function(0x50, [0x30] + Array(text.utf8))
            function(0x51, [0x30])
            send([lf])
        }

        /// GS ( k: its length, low byte first, counts the symbol's number (49 for QR) and the function's.
        private mutating func function(_ number: UInt8, _ parameters: [UInt8]) {
            let length = parameters.count + 2
            send([gs, 0x28, 0x6b, UInt8(length & 0xff), UInt8(length >> 8), 0x31, number] + parameters)
        }

        private mutating func print(_ line: String) {
            send(Array(line.utf8) + [lf])
        }

        private func wrapped(_ text: String) -> [String] {
            var lines = [""]
            for word in text.split(separator: " ", omittingEmptySubsequences: false).flatMap(chunks) {
                let last = lines[lines.count - 1]
                let longer = last.isEmpty ? word : last + " " + word
                if longer.count <= width { lines[lines.count - 1] = longer } else { lines.append(word) }
            }
            return lines
        }

        private func chunks(_ word: Substring) -> [String] {
            stride(from: 0, to: max(word.count, 1), by: width).map { String(word.dropFirst($0).prefix(width)) }
        }
    }
}
