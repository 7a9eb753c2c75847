// SPDX-License-Identifier: MIT
// Reads fields of a client's body and keeps the first thing that is wrong with them.
#pragma once

#include "core/json/value.h"
#include "core/provider/codec.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace meridian::provider::openai {

/// Where a value stands; text is made of it only when something is wrong. Parents must outlive it.
struct Path
{
    static constexpr std::size_t NoIndex = SIZE_MAX;

    const Path *parent = nullptr;
    std::string_view name;
    std::size_t index = NoIndex;

    /// `messages[2].content[0].text`
    [[nodiscard]] std::string text() const;
};

/// The name of a member as text; `scratch` holds it when it has escapes.
[[nodiscard]] std::string_view memberName(json::Value name, std::string &scratch);

/// Takes fields of the right type. A field that is missing or null leaves its target alone; one of
/// another type is the error. One per body.
class FieldReader
{
public:
    void text(const Path &path, json::Value value, std::string &out);
    /// A number as it was spelt.
    void number(const Path &path, json::Value value, Number &out);
    void integer(const Path &path, json::Value value, std::optional<std::int64_t> &out);
    void boolean(const Path &path, json::Value value, std::optional<bool> &out);
    /// An object as it stands.
    void object(const Path &path, json::Value value, std::string &out);

    /// Whether there is something to read: false when it is absent, or no object (an error).
    [[nodiscard]] bool isObject(const Path &path, json::Value value);
    [[nodiscard]] bool isList(const Path &path, json::Value value);

    /// Keeps the first error only.
    void fail(const Path &path, std::string_view what);

    [[nodiscard]] bool hasFailed() const noexcept { return m_error.has_value(); }

    /// What was wrong; only after a failure.
    [[nodiscard]] tl::unexpected<BadRequest> failure() const
    {
        return tl::unexpected<BadRequest>(*m_error);
    }

private:
    std::optional<BadRequest> m_error;
};

/// Keeps a field that the neutral model has no place for. Null says nothing and is not kept.
void keepExtra(std::vector<Extra> &extras, std::string name, json::Value value);

} // namespace meridian::provider::openai
