// SPDX-License-Identifier: MIT
// What is wrong with a configuration and where: the one form in which problems are reported.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::config {

/// A place in the file, counted from 1; columns count bytes.
struct Position
{
    int line = 1;
    int column = 1;
};

/// One problem. `path` names the key (`backends[0].url`), or is `document` for the file as a whole.
/// `message` never holds the value of a secret key.
struct Diagnostic
{
    enum class Severity { Error, Warning };

    Severity severity = Severity::Error;
    std::string file;
    int line = 1;
    int column = 1;
    std::string path;
    std::string message;

    /// `file:line:column: path: message`, one line, printable whatever the file held.
    [[nodiscard]] std::string format() const;
};

/// The path of a problem that concerns the whole file.
inline constexpr std::string_view DocumentPath = "document";

/// Gathers problems while a file is read. One thread, one file.
class Diagnostics
{
public:
    explicit Diagnostics(std::string file);

    void error(Position at, std::string path, std::string message);
    void warning(Position at, std::string path, std::string message);

    [[nodiscard]] bool hasErrors() const noexcept { return m_hasErrors; }

    /// All problems in file order, those of one place in the order they were found.
    [[nodiscard]] std::vector<Diagnostic> takeSorted();

private:
    void add(Diagnostic::Severity severity, Position at, std::string path, std::string message);

    std::string m_file;
    std::vector<Diagnostic> m_found;
    bool m_hasErrors = false;
};

/// `text` for a message: in single quotes, control characters replaced, cut after 64 bytes.
[[nodiscard]] std::string quoted(std::string_view text);

} // namespace meridian::config
