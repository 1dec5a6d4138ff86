import SaksiCore

/// What is wrong with a national number (NIK).
public enum NikFault: CaseIterable, Sendable {
    case short, long, notDigits, place, date, serial

    /// What is wrong with a number as it is typed, as soon as that is sure: one that is merely not finished is `short`. It has
    /// 16 digits, of which the first two name a province, the next ten end with the date of birth (40 days more for women),
    /// and the last four count from 0001. Blanks count for nothing. The library has the last word.
    public static func of(_ typed: String) -> NikFault? {
        let nik = Array(plain(typed).utf8)
        func number(_ from: Int, _ to: Int) -> Int? {
            nik.count < to ? nil : nik[from..<to].reduce(0) { $0 * 10 + Int($1) - 48 }
        }
        guard nik.allSatisfy({ (48...57).contains($0) }) else { return .notDigits }
        guard nik.count <= 16 else { return .long }
        if let province = number(0, 2), province < 11 { return .place }
        if let typedDay = number(6, 8) {
            let day = typedDay > 40 ? typedDay - 40 : typedDay
            guard day >= 1, day <= number(8, 10).map(days) ?? 31 else { return .date }
        }
        guard nik.count == 16 else { return .short }
        return number(12, 16) == 0 ? .serial : nil
    }

    /// Without the blanks it may be typed with.
    static func plain(_ typed: String) -> String {
        typed.filter { !$0.isWhitespace }
    }

    /// The century isn't written, so 29 February is always possible.
    private static func days(_ month: Int) -> Int {
        switch month {
        case 2: 29
        case 4, 6, 9, 11: 30
        case 1...12: 31
        default: 0
        }
    }
}

/// Who the proxy is, as it is typed.
public struct ProxyForm: Equatable, Sendable {
    public var name = ""
    public var nik = ""
    public var phone = ""
    public var relation: Relation?
    public var reason: ProxyReason?

    public init() {}

    /// What is wrong with the number.
    public var nikFault: NikFault? { .of(nik) }

    /// All is there that has to be.
    public var complete: Bool { details != nil }

    var details: ProxyDetails? {
        guard let relation, let reason, nikFault == nil, !name.allSatisfy(\.isWhitespace) else { return nil }
        let called = phone.filter { !$0.isWhitespace }
        return ProxyDetails(
            name: name, nik: NikFault.plain(nik), phone: called.isEmpty ? nil : called, relation: relation, reason: reason)
    }
}
