// SPDX-License-Identifier: MIT
// Members of a client's object in either spelling of proto JSON, each of them accounted for.
#pragma once

#include "core/json/value.h"
#include "core/provider/codec.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::provider::gemini {

/// `function_call` → `functionCall`; what has no `_` stays.
[[nodiscard]] std::string camelCase(std::string_view name);

/// What is wrong with a request: the first thing that was found.
class Problem
{
public:
    void say(const std::string &path, std::string_view what)
    {
        if (!m_first) {
            m_first = badRequest(path, what).value();
        }
    }

    [[nodiscard]] const std::optional<BadRequest> &first() const noexcept { return m_first; }

private:
    std::optional<BadRequest> m_first;
};

/// An object whose members are taken by name; rest() are those that nobody took. `null` is not
/// given, and the last of two members with one name counts, as proto JSON has it. Views of the
/// text. The typed getters enter what has another type into the problem, under `path`.name.
class Fields
{
public:
    /// `path` is the object's own; empty: the body. No object is a problem, absence is not.
    Fields(json::Value object, std::string path, Problem &problem);

    [[nodiscard]] json::Value take(std::string_view name);
    [[nodiscard]] std::string string(std::string_view name);
    [[nodiscard]] std::optional<bool> boolean(std::string_view name);
    [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name);
    [[nodiscard]] Number number(std::string_view name);
    /// Missing, or an object; an array.
    [[nodiscard]] json::Value object(std::string_view name);
    [[nodiscard]] json::Value array(std::string_view name);

    /// Is it there, and not null? Does not take it.
    [[nodiscard]] bool has(std::string_view name) const noexcept;

    /// Appends what was not taken, each name preceded by `prefix`, spelt as it came.
    void rest(std::vector<Extra> &extras, std::string_view prefix = {}) const;

    [[nodiscard]] std::string pathOf(std::string_view name) const;
    void wrong(std::string_view name, std::string_view what) const;

private:
    struct Field
    {
        std::string name;
        std::string camel;
        json::Value value;
        bool isTaken = false;
    };

    std::vector<Field> m_fields;
    const std::string m_path;
    Problem &m_problem;
};

/// `path[index]`.
[[nodiscard]] std::string elementOf(const std::string &path, std::size_t index);

} // namespace meridian::provider::gemini
