// SPDX-License-Identifier: MIT
// Reads typed fields of a client's body and remembers the first one that is wrong.
#pragma once

#include "core/json/value.h"
#include "core/provider/codec.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace meridian::provider::responses {

/// Every reader returns false from the first wrong field on; null counts as not given. `path` names
/// the field in the client's words (`input[2].call_id`). One per request, one thread.
class FieldReader
{
public:
    /// Remembers what is wrong, if it is the first; always false.
    bool fail(std::string_view path, std::string_view what);

    [[nodiscard]] bool hasFailed() const noexcept { return m_error.has_value(); }

    [[nodiscard]] BadRequest takeError() { return std::move(*m_error); }

    bool string(json::Value value, std::string_view path, std::string &out);
    /// A string that must be given and not be empty.
    bool requiredString(json::Value value, std::string_view path, std::string &out);
    bool boolean(json::Value value, std::string_view path, std::optional<bool> &out);
    bool integer(json::Value value, std::string_view path, std::optional<std::int64_t> &out);
    bool number(json::Value value, std::string_view path, Number &out);
    /// The text of an object, as it stands.
    bool object(json::Value value, std::string_view path, std::string &out);

private:
    std::optional<BadRequest> m_error;
};

/// Keeps a field that has no place of its own, unless it is null.
void keepExtra(std::vector<Extra> &extras, std::string name, json::Value value);

/// The value of an extra; Missing when there is none.
[[nodiscard]] json::Value extraNamed(const std::vector<Extra> &extras,
                                     std::string_view name) noexcept;

/// `path[index]`
[[nodiscard]] std::string elementOf(std::string_view path, std::size_t index);

/// `path.name`
[[nodiscard]] std::string memberOf(std::string_view path, std::string_view name);

} // namespace meridian::provider::responses
