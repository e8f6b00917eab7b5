import Testing
@testable import SIMDTensor
