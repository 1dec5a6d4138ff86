import SaksiCore

/// What went wrong, as a screen shows it: what is the matter and what to do, in both languages.
///
/// This file alone knows the library's errors. A model acts on `code`, which stays as it is.
public struct Problem: Equatable, Sendable {
    /// Which problem, for programs.
    public let code: String
    /// What the officer is told.
    public let told: Told
    /// In how many seconds it's worth another try, where that is known.
    public var waitSeconds: Int?
    /// The record of which it isn't known whether it was written.
    public var record: RecordId?

    /// What the officer is told.
    public func text(_ language: Language) -> String {
        language == .id ? told.textId : told.textEn
    }

    /// A problem that this layer finds by itself.
    static func said(_ code: String) -> Problem {
        Problem(code: code, told: Told(textId: Indonesian().problem(code), textEn: English().problem(code)))
    }

    /// A capture that is over and came to nothing.
    static func of(_ last: CaptureStep) -> Problem {
        Problem(code: last.code, told: Told(textId: last.textId, textEn: last.textEn))
    }

    /// What whatever was thrown means to the officer.
    static func of(_ thrown: any Error) -> Problem {
        guard let error = thrown as? SaksiError else { return said("internal") }
        let told = Told(textId: error.tell(language: .id), textEn: error.tell(language: .en))
        var problem = Problem(code: error.code(), told: told)
        switch error {
        case .Pin(.pinWait(let seconds), _): problem.waitSeconds = Int(seconds)
        case .Visit(.outcomeUnknown(let record), _): problem.record = record
        default: break
        }
        return problem
    }
}
