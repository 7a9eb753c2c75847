// SPDX-License-Identifier: MIT
#include "core/provider/gemini/fields.h"

namespace meridian::provider::gemini {

std::string camelCase(std::string_view name)
{
    std::string out;
    out.reserve(name.size());
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char next = i + 1 < name.size() ? name[i + 1] : '\0';
        if (name[i] == '_' && i > 0 && next >= 'a' && next <= 'z') {
            out.push_back(static_cast<char>(next - 'a' + 'A'));
            ++i;
        } else {
            out.push_back(name[i]);
        }
    }
    return out;
}

std::string elementOf(const std::string &path, std::size_t index)
{
    return path + "[" + std::to_string(index) + "]";
}

Fields::Fields(json::Value object, std::string path, Problem &problem)
    : m_path(std::move(path))
    , m_problem(problem)
{
    if (object.isAbsent()) {
        return;
    }
    if (!object.isObject()) {
        m_problem.say(m_path, "must be an object");
        return;
    }
    object.members([this](json::Value name, json::Value value) {
        Field field;
        field.name = name.text();
        field.camel = camelCase(field.name);
        field.value = value;
        field.isTaken = value.isAbsent(); // null is "not given"
        m_fields.push_back(std::move(field));
    });
}

json::Value Fields::take(std::string_view name)
{
    json::Value found;
    for (Field &field : m_fields) {
        if (field.camel == name) {
            field.isTaken = true;
            found = field.value.isAbsent() ? json::Value() : field.value;
        }
    }
    return found;
}

std::string Fields::string(std::string_view name)
{
    const json::Value value = take(name);
    if (!value.isMissing() && !value.isString()) {
        wrong(name, "must be a string");
    }
    return value.text();
}

std::optional<bool> Fields::boolean(std::string_view name)
{
    const json::Value value = take(name);
    if (value.isMissing()) {
        return std::nullopt;
    }
    if (!value.isTrue() && !value.isFalse()) {
        wrong(name, "must be true or false");
    }
    return value.isTrue();
}

std::optional<std::int64_t> Fields::integer(std::string_view name)
{
    const json::Value value = take(name);
    const auto whole = value.integer();
    if (!value.isMissing() && !whole) {
        wrong(name, "must be an integer");
    }
    return whole;
}

Number Fields::number(std::string_view name)
{
    const json::Value value = take(name);
    if (!value.isMissing() && !value.number()) {
        wrong(name, "must be a number");
    }
    return Number(value.raw());
}

json::Value Fields::object(std::string_view name)
{
    const json::Value value = take(name);
    if (!value.isMissing() && !value.isObject()) {
        wrong(name, "must be an object");
        return {};
    }
    return value;
}

json::Value Fields::array(std::string_view name)
{
    const json::Value value = take(name);
    if (!value.isMissing() && !value.isArray()) {
        wrong(name, "must be an array");
        return {};
    }
    return value;
}

bool Fields::has(std::string_view name) const noexcept
{
    bool isGiven = false;
    for (const Field &field : m_fields) {
        if (field.camel == name) {
            isGiven = !field.value.isAbsent();
        }
    }
    return isGiven;
}

void Fields::rest(std::vector<Extra> &extras, std::string_view prefix) const
{
    for (const Field &field : m_fields) {
        if (!field.isTaken) {
            extras.push_back(
                {std::string(prefix).append(field.name), std::string(field.value.raw())});
        }
    }
}

std::string Fields::pathOf(std::string_view name) const
{
    return m_path.empty() ? std::string(name) : m_path + "." + std::string(name);
}

void Fields::wrong(std::string_view name, std::string_view what) const
{
    m_problem.say(pathOf(name), what);
}

} // namespace meridian::provider::gemini
