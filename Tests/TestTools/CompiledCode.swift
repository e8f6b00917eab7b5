// What the compiler has made of the library, as this program's own machine code says.
//
// A formula over vectors is written once for any scalar. Where the compiler does not make a version of it for `Float` and
// for `Double`, every operation on every vector is looked up while the program runs: the results are the same, it takes
// hundreds of times as long, and nothing warns. A clock would notice, but a clock also notices what else the machine does.
// The compiled code shows it on any machine: in its functions' names, and in who calls whom.

import Foundation

/// The functions of this program and which calls which, by the compiler's full names.
public struct CompiledCode: Sendable {
    public let functions: Set<String>
    public let calls: Set<Call>

    public struct Call: Sendable, Hashable {
        public let caller: String
        public let callee: String
    }

    /// The disassembler that comes with every linker on Linux.
    private static let disassembler = "/usr/bin/objdump"

    /// Whether this program can be read.
    public static var isReadable: Bool { FileManager.default.isExecutableFile(atPath: disassembler) }

    /// This program.
    public static let ofThisProgram = Result { try CompiledCode(of: "/proc/self/exe") }

    private init(of program: String) throws {
        let path = try FileManager.default.destinationOfSymbolicLink(atPath: program)
        let process = Process(), output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        // Of each function its name, and the lines in which it calls another or jumps into it.
        process.arguments = [
            "-c", "\(Self.disassembler) -d --no-show-raw-insn \"$0\" | grep -E '^[0-9a-f]+ <\\$s|\\s(call|jmp) .*<\\$s[^+]*>$'", path,
        ]
        process.standardOutput = output
        try process.run()
        let listing = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()

        var (names, functions, calls, caller) = ([Substring: String](), Set<String>(), Set<Call>(), "")
        func name(_ mangled: Substring) -> String {
            if let name = names[mangled] { return name }
            let name = demangled(String(mangled))
            names[mangled] = name
            return name
        }
        for line in String(decoding: listing, as: UTF8.self).split(separator: "\n") {
            guard let start = line.firstIndex(of: "<"), let end = line.lastIndex(of: ">") else { continue }
            let function = name(line[line.index(after: start)..<end])
            if line.last == ":" {
                functions.insert(function)
                caller = function
            } else if function != caller {
                calls.insert(Call(caller: caller, callee: function))
            }
        }
        (self.functions, self.calls) = (functions, calls)
    }

    // MARK: Specialization

    /// Functions in whose formulas, closures over vectors of any scalar, a version for `Float` or for `Double` is missing.
    public var withoutSpecialization: Set<String> {
        let specialized = ["Float", "Double"].map { scalar in
            functions.filter { $0.contains("specialization <Swift.\(scalar)>") }
        }
        let formula = /(merged )?closure #\d+ \([^>]*\.Vector.*/
        let owners = Set(functions.filter { $0.wholeMatch(of: formula) != nil }.map(Self.outermost))
        return owners.filter { owner in specialized.contains { !$0.contains { $0.contains(owner) } } }
    }

    /// Calls from a version for one scalar into a formula for any.
    public var leavingSpecialization: Set<Call> {
        calls.filter { call in
            call.caller.contains("specialization <Swift.") && !call.callee.contains("specialization <")
                && call.callee.contains(/\(.*\bA\.Vector\b/)
        }
    }

    /// The function in which a closure stands: what follows the last “in” that is not part of a name.
    private static func outermost(_ closure: String) -> String {
        var rest = closure[...]
        while let next = rest.firstMatch(of: /\ in (?!_[0-9A-F]{32}\)|\w+\):)/) { rest = rest[next.range.upperBound...] }
        return String(rest)
    }
}

@_silgen_name("swift_demangle")
private func swiftDemangle(
    _ name: UnsafePointer<CChar>, _ length: Int, _ buffer: UnsafeMutablePointer<CChar>?, _ size: UnsafeMutablePointer<Int>?,
    _ flags: UInt32
) -> UnsafeMutablePointer<CChar>?

/// A compiler's name as the demangler of the Swift runtime writes it.
private func demangled(_ name: String) -> String {
    guard let result = swiftDemangle(name, name.utf8.count, nil, nil, 0) else { return name }
    defer { free(result) }
    return String(cString: result)
}
