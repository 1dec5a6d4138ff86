#if canImport(Darwin)
    import Foundation

    /// A thermal printer in the post office's network, which takes bytes on port 9100 as they are.
    public struct NetworkPrinter: ReceiptPrinter {
        private let host: String

        public init(host: String) {
            self.host = host
        }

        /// Prints; blocks for some seconds, and says whether the printer took it all.
        public func print(_ bytes: Data) -> Bool {
            var (output, input): (OutputStream?, InputStream?)
            Stream.getStreamsToHost(withName: host, port: 9100, inputStream: &input, outputStream: &output)
            guard let output else { return false }
            output.open()
            defer { output.close() }
            var rest = bytes
            while !rest.isEmpty {
                let sent = rest.withUnsafeBytes {
                    output.write($0.bindMemory(to: UInt8.self).baseAddress!, maxLength: $0.count)
                }
                guard sent > 0 else { return false }
                rest = rest.dropFirst(sent)
            }
            return true
        }
    }
#endif
