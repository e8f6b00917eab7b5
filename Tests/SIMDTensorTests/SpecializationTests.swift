// No formula of the tensor or of a chapter is left to be looked up while the program runs; see CompiledCode. The test speaks
// for every module of this program, so the chapters need none of their own.

import SIMDTensor
import TestTools
import Testing

@Suite("Every formula is compiled for its scalar", .uninstrumented, .enabled(if: CompiledCode.isReadable, "no disassembler"))
struct SpecializationTests {
    /// What belongs to the tests: they plant mistakes.
    private static func isTest(_ function: String) -> Bool { function.contains("Tests.") || function.contains("TestTools.") }

    @Test("each formula has a version for Float and one for Double") func formulas() throws {
        let missing = try CompiledCode.ofThisProgram.get().withoutSpecialization.filter { !Self.isTest($0) }
        #expect(missing.isEmpty, "not specialized: \(missing.sorted().joined(separator: "\n"))")
    }

    @Test("no version for one scalar calls a formula for any") func calls() throws {
        let code = try CompiledCode.ofThisProgram.get()
        let leaving = code.leavingSpecialization.filter { !Self.isTest($0.caller) && !Self.isTest($0.callee) }
        #expect(leaving.isEmpty, "\(leaving.map { "\($0.caller)\ncalls \($0.callee)" }.sorted().joined(separator: "\n"))")
    }

    @Test("a formula without @specialized is found, and so is a call that leaves its version") func planted() throws {
        let code = try CompiledCode.ofThisProgram.get()
        #expect(forgotten(Tensor<Float>([1])) == Tensor([2]) && leaving(Tensor<Float>([1])) == Tensor([2]))
        #expect(code.withoutSpecialization.contains { $0.contains("forgotten") })
        #expect(!code.withoutSpecialization.contains { $0.contains("leaving") })
        #expect(code.leavingSpecialization.contains { $0.caller.contains("leaving") && $0.callee.contains("once") })
        // And there is something to be found: formulas of the tensor and of every chapter that is in this program.
        #expect(code.functions.count { $0.contains("generic specialization <Swift.Float>") } > 100)
    }
}

/// Planted: no version for `Float` is asked for.
@inline(never) @_semantics("optimize.sil.specialize.generic.never")
private func forgotten<Scalar: TensorScalar>(_ a: Tensor<Scalar>) -> Tensor<Scalar> { map(a) { $0 + $0 } }

/// Planted: the version for `Float` hands every vector to a function that has none.
@inline(never)
@specialized(where Scalar == Float) @specialized(where Scalar == Double)
private func leaving<Scalar: TensorScalar>(_ a: Tensor<Scalar>) -> Tensor<Scalar> { map(a) { once($0, Scalar.self) } }

@inline(never) @_semantics("optimize.sil.specialize.generic.never")
private func once<Scalar: TensorScalar>(_ x: Scalar.Vector, _: Scalar.Type) -> Scalar.Vector { x + x }
