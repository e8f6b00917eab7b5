// Figures as files: the format by the name, the folder made, nothing half-written, and errors that can be acted on.

import Figures
import Foundation
import TestTools
import Testing

@Suite("Writing figures")
struct WritingTests {
    private let chart = LineChart(title: "t", series: [.init("a", [1, 2, 3])])

    /// Runs with a folder that is there only meanwhile.
    private func withFolder(_ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("figures-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder)
    }

    @Test("the extension chooses the format, and missing folders are made")
    func formats() throws {
        try withFolder { (folder: URL) throws in
            let svg = folder.appendingPathComponent("new/deeper/loss.svg")
            try chart.write(to: svg)
            #expect(try String(contentsOf: svg, encoding: .utf8) == chart.svg())
            let png = folder.appendingPathComponent("loss.PNG")
            try chart.write(to: png.path)
            #expect(try Array(Data(contentsOf: png)) == chart.png())
            #expect(try PNGFile(chart.png()).width == 2 * Int(chart.canvas.width))
        }
    }

    @Test("an old file is replaced and nothing else is left in the folder")
    func replacement() throws {
        try withFolder { (folder: URL) throws in
            let file = folder.appendingPathComponent("loss.svg")
            try Data("old".utf8).write(to: file)
            try chart.write(to: file)
            #expect(try String(contentsOf: file, encoding: .utf8).hasPrefix("<svg"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["loss.svg"])
        }
    }

    @Test("an unknown extension is refused before anything is made", arguments: ["loss.jpg", "loss", "loss.svg.gz"])
    func unknownExtension(name: String) throws {
        try withFolder { (folder: URL) throws in
            let file = folder.appendingPathComponent("new/\(name)")
            let expected = FileError.unknownExtension(path: file.path, expected: ".svg or .png")
            #expect(throws: expected) { try chart.write(to: file) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
            #expect(expected.description.contains(".svg or .png"))
        }
    }

    @Test("a folder that cannot be made is named in the error")
    func unwritableFolder() throws {
        try withFolder { (folder: URL) throws in
            // A file stands where the folder should be.
            let obstacle = folder.appendingPathComponent("obstacle")
            try Data().write(to: obstacle)
            let file = obstacle.appendingPathComponent("sub/loss.png")
            do throws(FileError) {
                try chart.write(to: file)
                Issue.record("the picture was written")
            } catch {
                guard case .unwritableFolder(let named, _) = error else {
                    Issue.record("\(error)")
                    return
                }
                #expect(named == obstacle.appendingPathComponent("sub").path)
                #expect(error.description.contains(named) && error.localizedDescription == error.description)
                #expect(error.description.hasSuffix("because a part of its path is not a folder: check the path."))
            }
        }
    }

    @Test("a folder that stands where the picture should be is named, and stays")
    func unwritableFile() throws {
        try withFolder { (folder: URL) throws in
            let file = folder.appendingPathComponent("loss.svg")
            let inside = file.appendingPathComponent("kept")
            try FileManager.default.createDirectory(at: inside, withIntermediateDirectories: true)
            do throws(FileError) {
                try chart.write(to: file)
                Issue.record("the picture was written")
            } catch {
                guard case .unwritableFile(let named, _) = error else {
                    Issue.record("\(error)")
                    return
                }
                #expect(named == file.path)
                #expect(
                    error.description == "Cannot write the file “\(file.path)”, because it is a folder: remove it or choose "
                        + "another name.")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["loss.svg"])
        }
    }
}
