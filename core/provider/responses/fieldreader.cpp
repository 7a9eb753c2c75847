// SPDX-License-Identifier: MIT
#include "core/provider/responses/fieldreader.h"

namespace meridian::provider::responses {

bool FieldReader::fail(std::string_view path, std::string_view what)
{
    if (!m_error) {
        m_error = badRequest(std::string(path), what).value();
    }
    return false;
}

bool FieldReader::string(json::Value value, std::string_view path, std::string &out)
{
    if (value.isAbsent()) {
        return true;
    }
    if (!value.isString()) {
        return fail(path, "must be a string");
    }
    out = value.text();
    return true;
}

bool FieldReader::requiredString(json::Value value, std::string_view path, std::string &out)
{
    if (!string(value, path, out)) {
        return false;
    }
    return !out.empty() || fail(path, "is required");
}

bool FieldReader::boolean(json::Value value, std::string_view path, std::optional<bool> &out)
{
    if (value.isAbsent()) {
        return true;
    }
    if (value.kind() != json::Value::Kind::Boolean) {
        return fail(path, "must be true or false");
    }
    out = value.isTrue();
    return true;
}

bool FieldReader::integer(json::Value value,
                          std::string_view path,
                          std::optional<std::int64_t> &out)
{
    if (value.isAbsent()) {
        return true;
    }
    out = value.integer();
    return out.has_value() || fail(path, "must be an integer");
}

bool FieldReader::number(json::Value value, std::string_view path, Number &out)
{
    if (value.isAbsent()) {
        return true;
    }
    if (!value.number()) {
        return fail(path, "must be a number");
    }
    out = value.raw();
    return true;
}

bool FieldReader::object(json::Value value, std::string_view path, std::string &out)
{
    if (value.isAbsent()) {
        return true;
    }
    if (!value.isObject()) {
        return fail(path, "must be an object");
    }
    out = value.raw();
    return true;
}

void keepExtra(std::vector<Extra> &extras, std::string name, json::Value value)
{
    if (!value.isAbsent()) {
        extras.push_back({std::move(name), std::string(value.raw())});
    }
}

json::Value extraNamed(const std::vector<Extra> &extras, std::string_view name) noexcept
{
    for (const Extra &extra : extras) {
        if (extra.name == name) {
            return json::Value(extra.json);
        }
    }
    return {};
}

std::string elementOf(std::string_view path, std::size_t index)
{
    return std::string(path).append("[").append(std::to_string(index)).append("]");
}

std::string memberOf(std::string_view path, std::string_view name)
{
    return std::string(path).append(".").append(name);
}

} // namespace meridian::provider::responses
