// SPDX-License-Identifier: MIT
#include "core/provider/openai/fieldreader.h"

namespace meridian::provider::openai {

std::string Path::text() const
{
    std::string out = parent != nullptr ? parent->text() : std::string();
    if (!out.empty()) {
        out.push_back('.');
    }
    out.append(name);
    if (index != NoIndex) {
        out.append("[").append(std::to_string(index)).append("]");
    }
    return out;
}

std::string_view memberName(json::Value name, std::string &scratch)
{
    const std::string_view inside = name.raw().substr(1, name.raw().size() - 2);
    if (inside.find('\\') == std::string_view::npos) {
        return inside;
    }
    scratch = name.text();
    return scratch;
}

void FieldReader::fail(const Path &path, std::string_view what)
{
    if (!m_error) {
        m_error = badRequest(path.text(), what).value();
    }
}

void FieldReader::text(const Path &path, json::Value value, std::string &out)
{
    if (value.isString()) {
        out = value.text();
    } else if (!value.isAbsent()) {
        fail(path, "must be a string");
    }
}

void FieldReader::number(const Path &path, json::Value value, Number &out)
{
    if (value.isNumber()) {
        out = value.raw();
    } else if (!value.isAbsent()) {
        fail(path, "must be a number");
    }
}

void FieldReader::integer(const Path &path, json::Value value, std::optional<std::int64_t> &out)
{
    if (value.isAbsent()) {
        return;
    }
    out = value.integer();
    if (!out) {
        fail(path, "must be an integer");
    }
}

void FieldReader::boolean(const Path &path, json::Value value, std::optional<bool> &out)
{
    if (value.isTrue() || value.isFalse()) {
        out = value.isTrue();
    } else if (!value.isAbsent()) {
        fail(path, "must be true or false");
    }
}

void FieldReader::object(const Path &path, json::Value value, std::string &out)
{
    if (isObject(path, value)) {
        out = value.raw();
    }
}

bool FieldReader::isObject(const Path &path, json::Value value)
{
    if (!value.isObject() && !value.isAbsent()) {
        fail(path, "must be an object");
    }
    return value.isObject();
}

bool FieldReader::isList(const Path &path, json::Value value)
{
    if (!value.isArray() && !value.isAbsent()) {
        fail(path, "must be a list");
    }
    return value.isArray();
}

void keepExtra(std::vector<Extra> &extras, std::string name, json::Value value)
{
    if (!value.isAbsent()) {
        extras.push_back({std::move(name), std::string(value.raw())});
    }
}

} // namespace meridian::provider::openai
